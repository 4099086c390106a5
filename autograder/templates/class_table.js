"use strict";
// The table of submissions: sorted, filtered and searched; rows are drawn where they are seen.

const CHUNK = 50; // rows that are drawn at once
const DRAWN = 500; // rows that are all drawn, so that the search of a browser finds them
const PRINTED = 500; // at most: ten thousand fill a thousand pages
const MARGIN = "1000px 0px"; // above and below the window
const AS_GRADED = "";

const table = document.querySelector("#class");
const tools = document.querySelector(".tools");
const said = tools.querySelector("output");
const data = JSON.parse(document.querySelector("#rows").textContent);
const words = data.words;
const inOrder = new Intl.Collator(words.language, { numeric: true }).compare;
const hasScores = data.rows.some((row) => row.score);
const chunks = new Map(); // a tbody, and the rows in it
let rowHeight = 40; // until one was drawn
let watcher;

const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const texts = new Map(data.rows.map((row) => [row, plain(`${row.name} ${row.people || ""}`)]));

const FILTERS = {
  below: (row) => !row.is_full,
  full: (row) => row.is_full,
  unusual: (row) => Boolean(row.unusual),
};

const KEYS = {
  name: (row) => row.name,
  section: (row) => (row.sections || []).join(", "),
  points: (row) => row.points,
  extras: (row) => row.extras,
};

function keyOf(key) {
  return KEYS[key] || ((row) => row.milestones[Number(key)]);
}

function hasStatus(row, status) {
  return row.counts.split(", ").some((part) => part.endsWith(` ${status}`));
}

function chosenRows() {
  const asked = Object.fromEntries(new FormData(tools));
  const sought = plain(asked.search).split(/\s+/).filter(Boolean);
  const shown = FILTERS[asked.show] || ((row) => !asked.show || hasStatus(row, asked.show));
  const rows = data.rows.filter((row) => shown(row)
    && (!asked.section || (row.sections || []).includes(asked.section))
    && (!asked.mistake || (row.mistakes || []).includes(Number(asked.mistake)))
    && sought.every((word) => texts.get(row).includes(word)));
  return sortRows(rows, asked.sort);
}

function sortRows(rows, sort) {
  if (sort === AS_GRADED) return rows;
  const [key, direction] = sort.split(" ");
  const [value, sign] = [keyOf(key), direction === "descending" ? -1 : 1];
  return rows.sort((one, other) => compare(value(one), value(other), sign));
}

function compare(one, other, sign) {
  const [isEmpty, otherIsEmpty] = [one, other].map((value) => value === undefined || value === null || value === "");
  if (isEmpty || otherIsEmpty) return Number(isEmpty) - Number(otherIsEmpty); // at the end, either way
  return sign * (typeof one === "string" ? inOrder(one, other) : one - other);
}

function make(tag, kind, text, more = {}) {
  const element = document.createElement(tag);
  if (kind) element.className = kind;
  if (text) element.textContent = text;
  Object.entries(more).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}

function drawRow(row, place) {
  const line = make("tr", "", "", { "aria-rowindex": place + 2 }); // below the headings
  line.append(nameCell(row));
  if (data.sections) line.append(make("td", "text section", (row.sections || []).join(", "), { "data-label": words.section }));
  line.append(totalCell(row));
  line.append(...row.milestones.map((points, index) => pointsCell(points, data.columns[index])));
  if (data.extras) line.append(extrasCell(row));
  line.append(countsCell(row));
  if (hasScores) line.append(withLink(make("td", "text narrow wide"), row.score, "score.json"));
  return line;
}

function withLink(cell, href, text) {
  cell.append(make("a", "", text, { href }));
  return cell;
}

function nameCell(row) {
  const cell = withLink(make("td", "text name"), row.feedback, row.name);
  if (row.people) cell.append(make("br"), make("span", "quiet", row.people));
  return cell;
}

function totalCell(row) {
  const cell = make("td", "narrow", `${row.points.toFixed(1)}/${row.most.toFixed(0)}`);
  if (row.adjusted) cell.append(make("br"), make("strong", "", say(words.adjusted, { points: row.adjusted }), { title: row.because || "" }));
  return cell;
}

function pointsCell(points, column) {
  if (points === null) return make("td", "narrow");
  const cell = make("td", "narrow", "", { "data-label": column.id });
  const bar = make("meter", "", "", { min: 0, max: column.most, value: points, "aria-label": column.title });
  cell.append(bar, ` ${points.toFixed(1)}`);
  return cell;
}

function extrasCell(row) {
  if (row.extras === undefined) return make("td", "narrow");
  const cell = make("td", "narrow", row.extras.toFixed(1), { "data-label": words.extras, title: row.each });
  if (row.counted) cell.append(" ", make("span", "quiet", say(words.counted, { points: row.counted })));
  return cell;
}

function showCounts(counts) {
  return counts.replace(/ (\w+)/g, (whole, status) => (words.statuses[status] ? ` ${words.statuses[status]}` : whole));
}

function countsCell(row) {
  const cell = make("td", "text how wide", showCounts(row.counts));
  if (!row.unusual) return cell;
  const [fold, list] = [make("details"), make("ul")];
  fold.append(make("summary", "", say(words.unusual, { count: row.unusual.length })), list);
  row.unusual.forEach((use) => {
    const item = make("li", "", `${use.what}. `);
    item.append(make("span", "quiet", say(words.why, use)));
    list.append(item);
  });
  cell.append(fold);
  return cell;
}

// Chunks: one that is far from the window is one empty row of its height.

function fill(body) {
  const chunk = chunks.get(body);
  if (chunk.isDrawn) return;
  body.replaceChildren(...chunk.rows.map((row, index) => drawRow(row, chunk.first + index)));
  chunk.isDrawn = true;
}

function empty(body) {
  const chunk = chunks.get(body);
  if (body.contains(document.activeElement)) return; // the keyboard is there
  if (chunk.isDrawn) chunk.height = body.getBoundingClientRect().height;
  const space = make("td", "space", "", { colspan: table.tHead.rows[0].cells.length });
  space.style.height = `${chunk.height || chunk.rows.length * rowHeight}px`;
  const line = make("tr", "", "", { "aria-hidden": "true" });
  line.append(space);
  body.replaceChildren(line);
  chunk.isDrawn = false;
}

function lay(rows) {
  watcher?.disconnect();
  chunks.clear();
  [...table.tBodies].forEach((body) => body.remove());
  for (let first = 0; first < rows.length; first += CHUNK) {
    chunks.set(make("tbody"), { rows: rows.slice(first, first + CHUNK), first, isDrawn: false });
  }
  const bodies = [...chunks.keys()];
  if (bodies.length) {
    fill(bodies[0]);
    table.append(bodies[0]);
    rowHeight = bodies[0].getBoundingClientRect().height / bodies[0].rows.length;
  }
  const isLong = rows.length > DRAWN;
  bodies.slice(1).forEach(isLong ? empty : fill);
  table.append(...bodies.slice(1));
  table.setAttribute("aria-rowcount", rows.length + 1);
  if (isLong) watch();
}

function watch() {
  watcher = new IntersectionObserver((seen) => {
    seen.forEach(({ target, isIntersecting }) => (isIntersecting ? fill : empty)(target));
  }, { rootMargin: MARGIN });
  [...chunks.keys()].forEach((body) => watcher.observe(body));
}

function refresh() {
  const rows = chosenRows();
  lay(rows);
  const isAll = rows.length === data.rows.length;
  said.textContent = say(isAll ? words.all : words.some, { count: rows.length, most: data.rows.length });
  table.tHead.querySelectorAll("th[data-key]").forEach((head) => {
    const [key, direction] = tools.elements.sort.value.split(" ");
    if (head.dataset.key === key) head.setAttribute("aria-sort", direction);
    else head.removeAttribute("aria-sort");
  });
}

function offerSorts() {
  table.tHead.querySelectorAll("th[data-key]").forEach((head) => {
    const [key, heading] = [head.dataset.key, head.textContent];
    const isText = key === "name" || key === "section";
    const first = isText ? "ascending" : "descending";
    for (const direction of ["ascending", "descending"]) {
      const ends = isText ? [words.fromA, words.fromZ] : [words.ascending, words.descending];
      const label = `${heading}, ${ends[Number(direction === "descending")]}`;
      tools.elements.sort.append(new Option(label, `${key} ${direction}`));
    }
    const button = make("button", "", heading, { type: "button" });
    button.addEventListener("click", () => {
      const turned = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      tools.elements.sort.value = `${key} ${head.hasAttribute("aria-sort") ? turned : first}`;
      refresh();
    });
    head.replaceChildren(button);
  });
}

function layForPrint() {
  const rows = chosenRows();
  lay(rows.slice(0, PRINTED)); // so few are all drawn
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  if (rows.length > PRINTED) said.textContent = say(words.printed, { count: PRINTED, most: rows.length });
}

tools.hidden = false;
offerSorts();
tools.addEventListener("input", refresh);
tools.addEventListener("submit", (event) => event.preventDefault());
addEventListener("beforeprint", layForPrint);
addEventListener("afterprint", refresh);
refresh();
