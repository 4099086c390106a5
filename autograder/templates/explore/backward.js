// Steps through backward: each write to a gradient, in the order of the learner's own engine.

const STEP_MS = 700;

function addSteppers(panels) {
  panels.querySelectorAll(".stepper").forEach(addStepper);
}

function addStepper(box) {
  const [writes, before] = [JSON.parse(box.dataset.writes), JSON.parse(box.dataset.before)];
  const [label, slider, play, said] = ["label", "input", "button", "output"].map((name) => document.createElement(name));
  slider.id = `${box.closest(".demo").dataset.demo}-backward`;
  label.htmlFor = slider.id;
  label.textContent = demoWords.label;
  Object.assign(slider, { type: "range", min: 0, max: writes.length, value: writes.length, autocomplete: "off" });
  Object.assign(play, { type: "button", textContent: demoWords.play });
  said.setAttribute("role", "status");
  box.replaceChildren(label, slider, play, said);
  box.hidden = false;
  const graph = readGraph(box.closest(".panel"));
  const show = () => showStep(graph, writes, before, slider, said);
  slider.addEventListener("input", show);
  play.addEventListener("click", () => playSteps(box, show, writes.length, slider, play));
}

function readGraph(panel) {
  return [...panel.querySelectorAll("svg.graph g")].map((group) => {
    const node = Number(group.dataset.node); // of either drawing
    const texts = [...group.querySelectorAll(".grad")]; // of an array one for each of its rows
    return { group, node, texts, last: texts.map((text) => text.textContent) };
  });
}

function showStep(graph, writes, [start, words], slider, said) {
  const step = Number(slider.value);
  const isOver = step === writes.length;
  const grads = new Map(writes.slice(0, step).map(([node, lines]) => [node, lines]));
  graph.forEach(({ group, node, texts, last }) => {
    group.classList.toggle("now", !isOver && step > 0 && writes[step - 1][0] === node);
    group.classList.toggle("waiting", !isOver);
    const lines = isOver ? last : fitLines(grads.get(node) ?? [start], texts.length);
    texts.forEach((text, row) => { text.textContent = lines[row] ?? ""; });
  });
  said.textContent = step ? writes[step - 1][2] : words;
  slider.setAttribute("aria-valuetext", said.textContent);
}

function fitLines(lines, room) { // a gradient of a wrong shape may have more rows than its box
  return lines.length > room ? [...lines.slice(0, room - 1), `${lines[room - 1]} ...`] : lines;
}

function playSteps(box, show, count, slider, play) {
  if (box.timer) return stopSteps(box, play);
  slider.value = 0;
  play.textContent = demoWords.stop;
  show();
  box.timer = setInterval(() => {
    slider.value = Number(slider.value) + 1;
    show();
    if (!box.isConnected || Number(slider.value) >= count) stopSteps(box, play);
  }, STEP_MS);
  return undefined;
}

function stopSteps(box, play) {
  clearInterval(box.timer);
  box.timer = null;
  play.textContent = demoWords.play;
}
