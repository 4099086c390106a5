// One demo: a change of a control asks, one question at a time, and the latest settings win.

const TYPING_MS = 250;

function makeDemo(section, ask) {
  const form = section.querySelector("form");
  const demo = { section, form, ask, isBusy: false, isWanted: false, isTraining: false, timer: null };
  form.querySelector("fieldset").disabled = false; // it is, where no script runs
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", (event) => changeControl(demo, event.target));
  form.querySelector("[data-train]")?.addEventListener("click", (event) => train(demo, event.target));
  listControls(form).forEach(showValue);
  addSteppers(section);
  watchScrolling(section);
  return demo;
}

function changeControl(demo, control) {
  showValue(control);
  demo.isTraining = false;
  clearTimeout(demo.timer);
  demo.timer = setTimeout(() => askDemo(demo, control.dataset.name), control.type === "text" ? TYPING_MS : 0);
}

async function askDemo(demo, changed) {
  demo.isWanted = true;
  if (demo.isBusy) return;
  demo.isBusy = true;
  while (demo.isWanted) {
    demo.isWanted = false;
    await askOnce(demo, readSettings(demo.form), changed);
  }
  demo.isBusy = false;
}

async function askOnce(demo, settings, changed) {
  const answer = await demo.ask(demo, settings, changed);
  if (answer) showAnswer(demo.section, answer);
  else demo.section.classList.add("stale");
  return answer;
}

async function train(demo, button) {
  if (demo.isTraining) {
    demo.isTraining = false;
    return;
  }
  const word = button.textContent;
  button.textContent = demoWords.stop;
  demo.isTraining = true;
  let settings = readSettings(demo.form);
  while (demo.isTraining && settings) settings = (await askOnce(demo, settings))?.next;
  demo.isTraining = false;
  button.textContent = word;
}
