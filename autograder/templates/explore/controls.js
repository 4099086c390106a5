// The controls of a demo: their settings by name, and the text beside a slider.

const demoWords = JSON.parse(document.querySelector(".demos").dataset.words);

function listControls(form) {
  return [...form.querySelectorAll("[data-name]")];
}

function readSettings(form) {
  return Object.fromEntries(listControls(form).map((control) => [control.dataset.name, readControl(control)]));
}

function recordedValues(control) {
  return control.dataset.values ? JSON.parse(control.dataset.values) : null;
}

function readControl(control) {
  if (control.type !== "range") return control.value;
  const values = recordedValues(control);
  return values ? values[Number(control.value)] : Number(control.value);
}

function setControl(control, value) {
  const values = recordedValues(control);
  control.value = values ? values.indexOf(value) : value;
  showValue(control);
}

function showValue(control) {
  if (control.type !== "range") return;
  const text = String(readControl(control));
  control.parentElement.querySelector("output").textContent = text;
  if (control.dataset.values) control.setAttribute("aria-valuetext", text);
}
