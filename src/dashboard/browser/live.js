// The script of the live page, run by a browser. Every text that comes from a run is put onto the page as text, never as markup.
// Served beside this script; on the disk it lies in its own package.
const LIBRARY = "/echarts.js";
const echarts = await import(LIBRARY);

const NARROW_BELOW = 600;
const token = new URLSearchParams(location.search).get("token") ?? "";
const element = (id) => document.getElementById(id);
const charts = new Map();
let state;

const events = new EventSource(`/events?token=${encodeURIComponent(token)}`);
events.addEventListener("message", (event) => {
  state = JSON.parse(event.data);
  element("lost").hidden = true;
  show();
});
events.addEventListener("error", () => {
  element("lost").hidden = state === undefined || state.ended !== null;
});
// Colours follow the reader's scheme, and the drawing the page's width.
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
addEventListener("resize", drawAll);

function show() {
  document.querySelector("h1").textContent = state.heading;
  document.title = `${state.heading}: rollcall`;
  element("simulated").hidden = !state.simulated;
  fill(element("facts"), state.facts, (fact) => make("p", "fact", fact));
  element("stage").textContent = state.stage;
  fill(element("cards"), state.cards, ([figure, name]) => {
    const card = make("div", "card");
    card.append(make("b", "", figure), make("span", "", name));
    return card;
  });
  element("health").textContent = state.health.text;
  fill(element("notes"), state.notes, (note) => make("div", "", note));
  showStop();
  showLoad();
  void showEnd();
  drawAll();
}

/** In two stages: what a first press asks for is not what a second, by mistake, would undo. */
function showStop() {
  const button = element("stop");
  const about = element("stop-about");
  const stages = {
    running: ["Stop", "drain", "no new arrivals; then the roll is called"],
    draining: ["Stop at once", "abort", "stopping: no new arrivals; what is in flight ends, then the roll is called"],
    aborting: ["", "", "stopping at once: the results of what there is are written"],
    over: ["", "", ""],
  };
  const [text, action, meaning] = stages[state.stopping];
  button.hidden = text === "" || token === "";
  button.disabled = false;
  button.textContent = text;
  button.dataset.action = action;
  about.textContent = token === "" && text !== "" ? "To stop the run, open the link that the terminal shows." : meaning;
}

element("stop").addEventListener("click", ({ currentTarget: button }) => {
  button.disabled = true;
  void ask(button.dataset.action);
});

async function ask(action) {
  const answer = await fetch(`/stop/${action}`, { method: "POST", headers: { "x-rollcall-token": token } }).catch(
    () => undefined,
  );
  if (answer?.ok !== true) element("stop-about").textContent = "That did not reach the run.";
}

/** In two stages as well: a button asks, and the question stands there until it is answered. */
function showLoad() {
  const { offers, asked, text } = state.load;
  const place = element("load");
  const may = token !== "" && offers.length > 0;
  place.hidden = (!may && text === "") || state.ended !== null;
  element("load-text").textContent = may && asked !== null ? `Really ${asked.text}?` : text;
  const wanted = may
    ? asked === null
      ? offers.map(({ action, text: label }) => [action, label])
      : [
          [`${asked.action}/confirm`, `Yes, ${asked.text}`],
          ["cancel", "No"],
        ]
    : [];
  const shown = JSON.stringify(wanted);
  if (place.dataset.shown === shown) return;
  place.dataset.shown = shown;
  for (const button of place.querySelectorAll("button")) button.remove();
  place.prepend(...wanted.map(([action, label]) => loadButton(action, label)));
}

function loadButton(action, label) {
  const button = make("button", "", label.charAt(0).toUpperCase() + label.slice(1));
  button.type = "button";
  button.addEventListener("click", async () => {
    button.disabled = true;
    const answer = await fetch(`/load/${action}`, { method: "POST", headers: { "x-rollcall-token": token } }).catch(
      () => undefined,
    );
    button.disabled = false;
    if (answer?.ok !== true) {
      element("load-text").textContent = (await answer?.text().catch(() => undefined)) ?? "That did not reach the run.";
    }
  });
  return button;
}

/** The server is gone soon after the end of the run: the report is fetched while it is there. */
let reported = false;
async function showEnd() {
  const place = element("ended");
  if (state.ended === null) {
    place.hidden = true;
    reported = false;
    return;
  }
  if (reported) return;
  reported = true;
  const { headline, tone, folder } = state.ended;
  const box = make("div", `verdict ${tone}`);
  box.append(make("p", "sentence", headline), make("p", "", `Results: ${folder}`));
  place.replaceChildren(box);
  place.hidden = false;
  const answer = await fetch(`/report?token=${encodeURIComponent(token)}`).catch(() => undefined);
  if (answer?.ok !== true) return;
  const address = URL.createObjectURL(await answer.blob());
  const open = make("a", "", "Open the report");
  open.href = address;
  open.target = "_blank";
  const save = make("a", "", "Save the report");
  save.href = address;
  save.download = "report.html";
  const links = make("p", "");
  links.append(open, " · ", save);
  box.append(links);
}

function drawAll() {
  if (state === undefined) return;
  const place = element("pictures");
  const names = new Set(state.pictures.map(({ name }) => name));
  for (const [name, { figure, chart }] of charts) {
    if (names.has(name)) continue;
    chart.dispose();
    figure.remove();
    charts.delete(name);
  }
  for (const picture of state.pictures) {
    if (!charts.has(picture.name)) charts.set(picture.name, createFigure(picture.name));
    const { figure } = charts.get(picture.name);
    place.append(figure);
    draw(picture, charts.get(picture.name));
  }
}

function createFigure(name) {
  const figure = make("figure", "");
  figure.id = `picture-${name}`;
  const caption = make("figcaption", "");
  const [title, about, keys] = [make("b", ""), make("p", ""), make("div", "keys")];
  caption.append(title, about, keys);
  const place = make("div", "chart");
  place.setAttribute("role", "img");
  const details = make("details", "");
  const table = make("div", "scroll");
  table.tabIndex = 0;
  table.setAttribute("role", "region");
  details.append(make("summary", "", "The same as a table"), table);
  figure.append(caption, place, details);
  element("pictures").append(figure);
  const chart = echarts.init(place, null, { renderer: "canvas" });
  const parts = { figure, title, about, keys, place, details, table, chart };
  details.addEventListener("toggle", () => {
    const picture = state.pictures.find((each) => each.name === name);
    if (details.open && picture !== undefined) fillTable(table, picture);
  });
  return parts;
}

function draw(picture, { title, about, keys, place, details, table, chart }) {
  title.textContent = picture.title;
  about.textContent = picture.about;
  place.setAttribute("aria-label", picture.title);
  const legend = picture.keys.map(({ name, color, mark }) => make("span", `key ${color} ${mark}`, name));
  keys.replaceChildren(...(picture.unit === "" ? [] : [make("span", "unit", picture.unit)]), ...legend);
  const narrow = place.clientWidth < NARROW_BELOW;
  const option = narrow ? { ...picture.wide, ...picture.narrow } : picture.wide;
  const style = getComputedStyle(document.documentElement);
  chart.resize();
  chart.setOption(coloured(option, style), { notMerge: true });
  if (details.open) fillTable(table, picture);
}

/** A canvas knows nothing of the style sheet's names. */
function coloured(value, style) {
  if (typeof value === "string") {
    const name = /^var\((--[a-z]+)\)$/.exec(value)?.[1];
    return name === undefined
      ? value === "inherit"
        ? "system-ui, sans-serif"
        : value
      : style.getPropertyValue(name).trim();
  }
  if (Array.isArray(value)) return value.map((each) => coloured(each, style));
  if (typeof value !== "object" || value === null) return value;
  // Names come from people, and are no colours whatever they are called.
  const of = ([key, each]) => [key, key === "name" ? each : coloured(each, style)];
  return Object.fromEntries(Object.entries(value).map(of));
}

function fillTable(place, { title, table: { columns, rows } }) {
  place.setAttribute("aria-label", `${title}, as a table`);
  const table = make("table", "");
  const head = make("tr", "");
  for (const column of columns) {
    const cell = make("th", "", column);
    cell.scope = "col";
    head.append(cell);
  }
  const thead = make("thead", "");
  thead.append(head);
  table.append(thead);
  for (const row of rows) {
    const line = make("tr", "");
    for (const text of row) line.append(make("td", "", text));
    table.append(line);
  }
  place.replaceChildren(table);
}

/** Only what has changed is made anew, so that a selection or a place in a list stays. */
function fill(place, items, one) {
  const text = JSON.stringify(items);
  if (place.dataset.shown === text) return;
  place.dataset.shown = text;
  place.replaceChildren(...items.map(one));
}

function make(name, className, text = "") {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  made.textContent = text;
  return made;
}
