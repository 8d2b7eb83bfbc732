/* The upload: files dropped on the page, and a bar that shows how much of them is sent. */
(() => {
  "use strict";
  const form = document.getElementById("upload");
  const drop = form.querySelector("[data-drop]");
  const input = form.querySelector("[type=file]");
  const chosen = form.querySelector("[data-chosen]");
  const sending = form.querySelector("[data-sending]");
  const sent = form.querySelector("[data-sent]");
  const trouble = form.querySelector("[data-trouble]");
  const button = form.querySelector("button");
  const bar = sending.querySelector("progress");

  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const size = () => [...input.files].reduce((sum, file) => sum + file.size, 0);

  function say(text) {
    trouble.textContent = text;
    trouble.hidden = !text;
  }

  /* What the server would refuse, before anything is sent. */
  function refusal() {
    const files = Number(form.dataset.mostFiles);
    const bytes = Number(form.dataset.mostBytes);
    if (input.files.length > files) return `${input.files.length} files are too many: put them into an archive.`;
    if (size() > bytes) return `${megabytes(size())} are too much for one upload.`;
    return "";
  }

  function tell() {
    const count = input.files.length;
    chosen.textContent = count ? `${count === 1 ? input.files[0].name : `${count} files`}, ${megabytes(size())}` : "";
    say(refusal());
  }
  input.addEventListener("change", tell);

  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  form.addEventListener("dragleave", () => drop.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    const items = [...event.dataTransfer.items];
    if (items.some((item) => item.webkitGetAsEntry?.()?.isDirectory)) {
      say("A folder cannot be dropped: drop the files in it, or an archive of it.");
      return;
    }
    input.files = event.dataTransfer.files;
    tell();
  });

  function end(text) {
    sending.hidden = true;
    button.disabled = false;
    say(text);
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (refusal()) { tell(); return; }
    say("");
    const request = new XMLHttpRequest();
    request.open("POST", form.getAttribute("action") ?? location.pathname);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    let told = "";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const percent = total ? Math.floor((loaded / total) * 100) : 0;
      bar.value = percent;
      // By tens, so that a screen reader is not told each percent.
      const text = loaded < total ? `${Math.floor(percent / 10) * 10} % of ${megabytes(total)} sent` : "All is sent; the desk takes it in…";
      if (text !== told) sent.textContent = told = text;
    });
    request.addEventListener("load", () => {
      if (request.status === 200 && request.response?.url) { location.assign(request.response.url); return; }
      end(request.response?.message ?? "The desk did not take the files. Reload the page and try again.");
    });
    request.addEventListener("error", () => end("The connection broke off. Nothing was kept; please try again."));
    bar.value = 0;
    sending.hidden = false;
    button.disabled = true;
    request.send(new FormData(form));
  });
})();
