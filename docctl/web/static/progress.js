// While a form with a note is being sent: show the note, and take no second click.
document.addEventListener("submit", (event) => {
  const note = event.target.querySelector("[data-progress]");
  if (!note) return;
  note.hidden = false;
  for (const button of event.target.querySelectorAll("button")) button.setAttribute("aria-disabled", "true");
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
// Coming back by the browser's own button finds the form as it was.
window.addEventListener("pageshow", () => {
  for (const note of document.querySelectorAll("[data-progress]")) {
    note.hidden = true;
    const form = note.closest("form");
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("button")) button.removeAttribute("aria-disabled");
  }
});
