// Answers from the recording: the nearest one that has what was just chosen; the controls follow it.

async function readRecord(section) {
  const packed = Uint8Array.from(atob(section.querySelector(".record").textContent), (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(unpacked).json();
}

function nearestAnswer(answers, settings, changed) {
  const differences = (answer) => Object.entries(settings).filter(([name, value]) => answer.settings[name] !== value);
  const fitting = answers.filter((answer) => !changed || answer.settings[changed] === settings[changed]);
  return fitting.reduce((best, answer) => (differences(answer).length < differences(best).length ? answer : best));
}

async function askRecord(demo, settings, changed) {
  demo.record ??= readRecord(demo.section);
  const answer = nearestAnswer(await demo.record, settings, changed);
  listControls(demo.form).forEach((control) => setControl(control, answer.settings[control.dataset.name]));
  return answer;
}

function startDemos(sections) {
  sections.forEach((section) => makeDemo(section, askRecord));
  return () => undefined;
}
