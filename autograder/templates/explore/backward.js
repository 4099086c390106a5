// Steps through backward: each write to a gradient, in the order of the learner's own engine.

const STEP_MS = 700;

function addSteppers(panels) {
  panels.querySelectorAll(".stepper").forEach(addStepper);
}

function addStepper(box) {
  const writes = JSON.parse(box.dataset.writes);
  const [label, slider, play, said] = ["label", "input", "button", "output"].map((name) => document.createElement(name));
  slider.id = `${box.closest(".demo").dataset.demo}-backward`;
  label.htmlFor = slider.id;
  label.textContent = "backward, write by write";
  Object.assign(slider, { type: "range", min: 0, max: writes.length, value: writes.length, autocomplete: "off" });
  Object.assign(play, { type: "button", textContent: "play" });
  said.setAttribute("role", "status");
  box.replaceChildren(label, slider, play, said);
  box.hidden = false;
  const graph = readGraph(box.closest(".panel"));
  slider.addEventListener("input", () => showStep(graph, writes, slider, said));
  play.addEventListener("click", () => playSteps(box, graph, writes, slider, play, said));
}

function readGraph(panel) {
  return [...panel.querySelectorAll("svg.graph g")].map((group) => {
    const text = group.querySelector(".grad");
    return { group, text, last: text && text.textContent };
  });
}

function showStep(graph, writes, slider, said) {
  const step = Number(slider.value);
  const isOver = step === writes.length;
  const grads = new Map(writes.slice(0, step).map(([node, text]) => [node, text]));
  graph.forEach(({ group, text, last }, node) => {
    group.classList.toggle("now", !isOver && step > 0 && writes[step - 1][0] === node);
    group.classList.toggle("waiting", !isOver);
    if (text) text.textContent = isOver ? last : `grad ${grads.get(node) ?? 0}`;
  });
  said.textContent = step ? writes[step - 1][2] : "before backward: every gradient is 0";
  slider.setAttribute("aria-valuetext", said.textContent);
}

function playSteps(box, graph, writes, slider, play, said) {
  if (box.timer) return stopSteps(box, play);
  slider.value = 0;
  play.textContent = "stop";
  showStep(graph, writes, slider, said);
  box.timer = setInterval(() => {
    slider.value = Number(slider.value) + 1;
    showStep(graph, writes, slider, said);
    if (!box.isConnected || Number(slider.value) >= writes.length) stopSteps(box, play);
  }, STEP_MS);
  return undefined;
}

function stopSteps(box, play) {
  clearInterval(box.timer);
  box.timer = null;
  play.textContent = "play";
}
