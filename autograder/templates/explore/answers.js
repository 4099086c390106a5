// Puts an answer into its demo; what was open, scrolled or focused stays so.

const PLACES = "summary, input, button, [tabindex]";

function showAnswer(section, answer) {
  const [status, panels] = [".status", ".panels"].map((name) => section.querySelector(name));
  const kept = keepPlaces(panels);
  if (section.said !== answer.status) status.innerHTML = answer.status; // else it would be read aloud again
  section.said = answer.status;
  panels.innerHTML = answer.panels;
  section.classList.remove("stale", "unasked");
  addSteppers(panels);
  watchScrolling(panels);
  restorePlaces(panels, kept);
}

function keepPlaces(panels) {
  return {
    open: [...panels.querySelectorAll("details")].map((each) => each.open),
    scrolled: [...panels.querySelectorAll(".scroll")].map((each) => [each.scrollLeft, each.scrollTop]),
    focused: [...panels.querySelectorAll(PLACES)].indexOf(document.activeElement),
  };
}

function restorePlaces(panels, kept) {
  panels.querySelectorAll("details").forEach((each, index) => { each.open = Boolean(kept.open[index]); });
  panels.querySelectorAll(".scroll").forEach((each, index) => each.scrollTo(...(kept.scrolled[index] || [0, 0])));
  if (kept.focused >= 0) panels.querySelectorAll(PLACES)[kept.focused]?.focus({ preventScroll: true });
}
