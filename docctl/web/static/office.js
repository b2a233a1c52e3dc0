// What was typed is not lost without a word: leaving asks first, and long texts are kept while they are written.
const typed = new Set();
let leaving = false;

// Not the sign-in, and not the sign-out.
const guarded = (form) => form && form.method === "post" && !("forget" in form.dataset)
  && !form.querySelector("[autocomplete=username]");

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (guarded(form) && event.target.type !== "password") typed.add(form);
});
document.addEventListener("submit", (event) => {
  leaving = guarded(event.target);
  if ("forget" in event.target.dataset) forget();
});
window.addEventListener("beforeunload", (event) => {
  if (typed.size && !leaving) event.preventDefault();
});
// Coming back by the browser's own button finds the form as it was, still not sent.
window.addEventListener("pageshow", () => { leaving = false; });
for (const form of document.querySelectorAll("form[data-unsaved]")) typed.add(form);

const OURS = "docctl ";

function forget() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(OURS)) localStorage.removeItem(key);
}

function keep(form) {
  const key = OURS + form.dataset.keep;
  const areas = [...form.querySelectorAll("textarea.source")];
  const texts = () => Object.fromEntries(areas.map((area) => [area.name, area.value]));
  const offer = document.querySelector("[data-kept]");
  const found = JSON.parse(localStorage.getItem(key) || "null");
  const differs = found && areas.some((area) => found.texts[area.name] !== area.value);
  if ("unsaved" in form.dataset) {
    // What came back is newer than what was kept, and is stored nowhere: it is kept until it is.
    localStorage.setItem(key, JSON.stringify({ at: new Date().toISOString(), texts: texts() }));
  } else if (differs) {
    offer.hidden = false;
    const at = offer.querySelector("[data-kept-at]");
    at.dateTime = found.at;
    at.textContent = new Date(found.at).toLocaleString(document.documentElement.lang);
    offer.querySelector("[data-put-back]").addEventListener("click", () => {
      for (const area of areas) area.value = found.texts[area.name] ?? area.value;
      for (const area of areas) area.closest("details")?.toggleAttribute("open", area.value !== "");
      areas[0].dispatchEvent(new Event("input", { bubbles: true }));
      offer.hidden = true;
    });
    offer.querySelector("[data-throw-away]").addEventListener("click", () => {
      localStorage.removeItem(key);
      offer.hidden = true;
    });
  } else if (found && !differs) {
    localStorage.removeItem(key);
  }
  let waiting;
  form.addEventListener("input", (event) => {
    // As long as nobody has decided about the older text, the newer one does not take its place.
    if (!areas.includes(event.target) || !offer.hidden) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      try {
        localStorage.setItem(key, JSON.stringify({ at: new Date().toISOString(), texts: texts() }));
      } catch { /* a full store keeps nothing; leaving still asks */ }
    }, 300);
  });
}

for (const form of document.querySelectorAll("form[data-keep]")) keep(form);
