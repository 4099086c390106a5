// One demo at a time, named by the address: #demo-neuron.

const sections = document.querySelectorAll(".demo");

function shownSection() {
  return document.querySelector(".demo:not(.away)");
}

function showSection(section) {
  sections.forEach((each) => each.classList.toggle("away", each !== section));
  document.querySelectorAll(".demo-nav a").forEach((link) => {
    if (link.hash !== `#${section.id}`) return link.removeAttribute("aria-current");
    link.setAttribute("aria-current", "true");
    const list = link.closest("ul"); // one that scrolls sideways on a phone
    list.scrollLeft += link.getBoundingClientRect().left - list.getBoundingClientRect().left - 16;
    return undefined;
  });
}

function namedSection() {
  return [...sections].find((each) => location.hash === `#${each.id}`);
}

if (sections.length) {
  showSection(namedSection() || sections[0]);
  const refresh = startDemos(sections);
  addEventListener("hashchange", () => {
    const section = namedSection();
    if (!section) return;
    showSection(section);
    section.querySelector("h2, h3").focus();
    refresh(section);
  });
}
