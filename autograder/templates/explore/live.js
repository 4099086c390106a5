// Answers from the server, and what it says by itself: a file was saved, or nothing any more.

const RETRY_MS = 1500;
const LOST = demoWords.lost;

let version = null; // of the work that is shown

async function askServer(demo, settings) {
  try {
    const body = JSON.stringify({ demo: demo.section.dataset.demo, settings });
    const headers = { "Content-Type": "application/json" };
    const response = await fetch("answer", { method: "POST", headers, body });
    if (!response.ok) throw new Error(response.statusText);
    demo.version = version;
    return await response.json();
  } catch {
    showConnection(false, LOST);
    return null;
  }
}

function showConnection(isOn, words) {
  const line = document.querySelector(".connection");
  line.classList.toggle("on", isOn);
  line.classList.toggle("off", !isOn);
  const text = line.querySelector(".words");
  if (text.textContent !== words) text.textContent = words;
}

function listen(onWork) {
  const source = new EventSource("events");
  source.addEventListener("work", (event) => {
    const news = JSON.parse(event.data);
    showConnection(true, news.words);
    if (news.version !== version) {
      version = news.version;
      onWork();
    }
  });
  source.addEventListener("error", () => {
    source.close();
    showConnection(false, LOST);
    setTimeout(() => listen(onWork), RETRY_MS);
  });
}

function startDemos(sections) {
  const demos = new Map([...sections].map((section) => [section, makeDemo(section, askServer)]));
  sections.forEach((section) => section.classList.add("unasked"));
  const refresh = (section) => {
    const demo = demos.get(section);
    if (version !== null && demo.version !== version && !demo.isTraining) askDemo(demo);
  };
  listen(() => refresh(shownSection()));
  return refresh;
}
