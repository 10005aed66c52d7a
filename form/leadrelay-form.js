/* leadrelay-form.js, version 1: what was filled in arrives once, whatever the network does.
   Forms with data-leadrelay are sent by this, and work without it. See docs/website.md. */
(() => {
  "use strict";
  const WORDS = {
    en: {
      sent: "Thank you. It has arrived.",
      kept: "There is no connection just now. This is kept here, and sent as soon as there is one.",
      again: "That did not work. Please send it again.",
      sending: "Sending …",
    },
    de: {
      sent: "Vielen Dank. Es ist angekommen.",
      kept: "Gerade gibt es keine Verbindung. Es bleibt hier gespeichert und wird gesendet, sobald es eine gibt.",
      again: "Das hat nicht geklappt. Bitte senden Sie es noch einmal.",
      sending: "Wird gesendet …",
    },
    es: {
      sent: "Gracias. Ha llegado.",
      kept: "Ahora no hay conexión. Queda guardado aquí y se enviará en cuanto la haya.",
      again: "No ha funcionado. Envíelo de nuevo, por favor.",
      sending: "Enviando…",
    },
    fr: {
      sent: "Merci. C’est bien arrivé.",
      kept: "Pas de connexion pour l’instant. Tout est gardé ici et sera envoyé dès qu’il y en aura une.",
      again: "Cela n’a pas marché. Merci de l’envoyer à nouveau.",
      sending: "Envoi en cours…",
    },
  };
  const SECOND = 1000, DAY = 86400 * SECOND;
  const WHOLE = 4e6; // bytes of files that go in one request with the form
  const busy = new Set(); // forms, and keys of entries, that are being sent

  // ---- the outbox: what was filled in, until it is known to have arrived ----

  const asked = (request) =>
    new Promise((done, fail) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });

  async function outbox(verb, value) {
    const opening = indexedDB.open("leadrelay", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("outbox", { keyPath: "key" });
    const box = await asked(opening);
    try {
      const change = box.transaction("outbox", "readwrite");
      const done = new Promise((kept, fail) => {
        change.oncomplete = kept;
        change.onabort = () => fail(change.error);
      });
      const found = await asked(change.objectStore("outbox")[verb](value));
      await done;
      return found;
    } finally {
      box.close();
    }
  }

  // ---- sending: what becomes of one entry ----

  // {sent: answer}, {refused: problem} or {later: milliseconds, cut: whether nothing answered}
  async function deliver(entry, tell) {
    let answer;
    try {
      const files = entry.files.reduce((sum, [, file]) => sum + file.size, 0);
      if (files > WHOLE) {
        answer = await post(entry.url + "/uploads", new URLSearchParams(entry.fields));
        if (answer.ok) {
          const place = await answer.json();
          const form = new FormData();
          const file = entry.files[0][1];
          const named = { ...place.fields, "x-amz-meta-filename": encodeURIComponent(file.name) };
          for (const name in named) form.append(name, named[name]);
          form.append("file", file);
          answer = await upload(place.url, form, tell);
          if (answer.ok) return { sent: { id: place.id } };
        }
      } else if (files) {
        const form = new FormData();
        for (const pair of entry.fields) form.append(...pair);
        for (const [name, file] of entry.files) form.append(name, file, file.name);
        answer = await upload(entry.url, form, tell);
      } else {
        answer = await post(entry.url, new URLSearchParams(entry.fields));
      }
      const said = await answer.json().catch(() => ({}));
      if (answer.ok) return { sent: said };
      const { status } = answer;
      if (status < 500 && status !== 408 && status !== 429) return { refused: { status, ...said } };
      return { later: answer.headers.get("Retry-After") * SECOND };
    } catch {
      return { later: 0, cut: true };
    }
  }

  // Without a header of its own it needs no preflight: the key is a field, like the rest.
  const post = (url, body) =>
    fetch(url, {
      method: "POST",
      body,
      keepalive: `${body}`.length < 6e4,
      signal: AbortSignal.timeout(30 * SECOND),
    });

  // fetch tells nothing of how far it has come, XMLHttpRequest does
  const upload = (url, body, tell) =>
    new Promise((done, fail) => {
      const request = new XMLHttpRequest();
      request.upload.onprogress = ({ loaded, total }) => tell?.(loaded / total);
      request.onload = () =>
        done(
          new Response(request.responseText || null, {
            status: request.status,
            headers: { "Retry-After": request.getResponseHeader("Retry-After") ?? "" },
          }),
        );
      request.onerror = request.ontimeout = fail;
      request.open("POST", url);
      request.send(body);
    });

  // ---- what is left from before: sent when there is a connection, at the next visit ----

  let timer;
  async function flush() {
    clearTimeout(timer);
    let next = Infinity;
    for (const entry of await outbox("getAll").catch(() => [])) {
      if (busy.has(entry.key)) continue;
      if (entry.next <= Date.now()) await alone(entry, () => tryAgain(entry));
      if (entry.next) next = Math.min(next, entry.next);
    }
    if (next < Infinity) timer = setTimeout(flush, Math.max(next - Date.now(), SECOND));
  }

  // In one tab at a time, where the browser can tell.
  const alone = (entry, work) =>
    navigator.locks
      ? navigator.locks.request("leadrelay " + entry.key, { ifAvailable: true }, (lock) => lock && work())
      : work();

  async function tryAgain(entry) {
    const { sent, later } = await deliver(entry);
    if (sent || Date.now() - entry.at > 30 * DAY) {
      entry.next = 0;
      await outbox("delete", entry.key);
      if (sent) say(document, "sent", entry, sent);
    } else {
      postpone(entry, later);
      await outbox("put", entry);
    }
  }

  function postpone(entry, wait) {
    entry.tries++;
    entry.next = Date.now() + Math.max(wait || 0, SECOND * Math.min(3600, 2 ** entry.tries));
  }

  // ---- where a visitor came from, the first time and the last ----

  const CAME_BY = /^(utm_\w+|gclid|gbraid|wbraid|msclkid|fbclid|ttclid|li_fat_id)$/;
  const asks = document.currentScript?.hasAttribute("data-consent");
  let touches = {};

  function touch() {
    const { referrer } = document;
    const seen = Object.fromEntries(
      [...new URLSearchParams(location.search)].filter(([name]) => CAME_BY.test(name)),
    );
    if (referrer && new URL(referrer).host !== location.host) seen.referrer = referrer;
    try {
      touches = JSON.parse(localStorage.leadrelay ?? "{}");
      if (!touches.first || Object.keys(seen).length) {
        seen.landing_page = location.href;
        touches = { first: touches.first ?? seen, last: seen };
        localStorage.leadrelay = JSON.stringify(touches);
      }
    } catch {} // no storage
  }

  // ---- the form ----

  const words = (form) =>
    WORDS[(form.closest("[lang]")?.lang ?? navigator.language).slice(0, 2).toLowerCase()] ?? WORDS.en;

  const say = (target, what, entry, detail) =>
    target.dispatchEvent(
      new CustomEvent("leadrelay:" + what, { bubbles: true, detail: { url: entry.url, ...detail } }),
    );

  function hide(form, name, value) {
    let input = form.elements[name];
    if (!input) {
      input = form.appendChild(document.createElement("input"));
      input.type = "hidden";
      input.name = name;
    }
    if (!input.value || name === "lr_key") input.value = value;
  }

  const address = (form) => new URL(form.getAttribute("action"), document.baseURI).href;

  async function token(form) {
    const input = form.elements.lr_rendered;
    if (!input || input.value) return;
    const answer = await fetch(address(form), { signal: AbortSignal.timeout(5 * SECOND) });
    input.value = (await answer.json()).token ?? "";
  }

  // What was filled in, as it is kept and sent; the same that is kept already has its key.
  async function filled(form, submitter) {
    await token(form).catch(() => {});
    const { first, last } = touches;
    for (const name in last) hide(form, name, last[name]);
    if (first && first.landing_page !== last.landing_page)
      for (const name in first) hide(form, "first_" + name, first[name]);
    if (submitter?.name) hide(form, submitter.name, submitter.value);
    const pairs = [...new FormData(form)].filter(([name]) => name !== "lr_key");
    const files = pairs.filter(([, value]) => value instanceof File && value.name);
    const fields = pairs.filter(([, value]) => typeof value === "string");
    const url = address(form);
    const same = (known) =>
      known.url === url &&
      JSON.stringify(known.fields.slice(0, -1)) === JSON.stringify(fields) &&
      `${known.files.map(([, file]) => file.size)}` === `${files.map(([, file]) => file.size)}`;
    const known = (await outbox("getAll").catch(() => [])).find(same);
    const random = crypto.getRandomValues(new Uint8Array(16));
    const key = known?.key ?? Array.from(random, (byte) => byte.toString(16).padStart(2, 0)).join("");
    hide(form, "lr_key", key);
    return { key, url, files, fields: [...fields, ["lr_key", key]], at: Date.now(), tries: 0, next: 1 };
  }

  // Where the form says how it goes: a place for it in the page, or one at its end.
  function status(form, text, share) {
    let place = form.querySelector("[data-leadrelay-status]");
    if (!place) {
      place = form.appendChild(document.createElement("div"));
      place.dataset.leadrelayStatus = "";
    }
    place.setAttribute("role", "status");
    place.tabIndex = -1;
    let bar = place.querySelector("progress");
    if (share === undefined) place.textContent = text;
    else {
      if (!bar) {
        place.textContent = text + " ";
        bar = place.appendChild(document.createElement("progress"));
        bar.setAttribute("aria-label", text);
      }
      bar.value = share;
    }
    return place;
  }

  const mark = (input, id) => {
    input.setAttribute("aria-invalid", !!id);
    input.setAttribute("aria-describedby", id);
  };

  function clear(form) {
    for (const error of form.querySelectorAll(".leadrelay-error")) {
      const input = form.querySelector(`[aria-describedby~="${error.id}"]`);
      input?.removeAttribute("aria-invalid");
      input?.setAttribute("aria-describedby", input.dataset.described ?? "");
      error.remove();
    }
  }

  function refuse(form, { field, message, detail }) {
    const text = message ?? detail ?? words(form).again;
    let input = field && form.elements[field];
    if (input?.length && !input.type) input = input[0]; // several of one name
    if (!input) return status(form, text).focus();
    const error = document.createElement("p");
    error.className = "leadrelay-error";
    error.id = `leadrelay-${field}`;
    error.textContent = text;
    input.after(error);
    input.dataset.described = input.getAttribute("aria-describedby") ?? "";
    input.setAttribute("aria-invalid", true);
    input.setAttribute("aria-describedby", `${input.dataset.described} ${error.id}`.trim());
    status(form, "");
    input.focus();
  }

  async function send(form, submitter) {
    clear(form);
    const say_ = words(form);
    status(form, say_.sending);
    const entry = await filled(form, submitter);
    busy.add(entry.key);
    try {
      const kept = await outbox("put", entry).then(() => true, () => false);
      const tell = (share) => status(form, say_.sending, share);
      let outcome = await deliver(entry, tell);
      if (outcome.later !== undefined && outcome.later <= 10 * SECOND && (!outcome.cut || (await reachable(entry.url)))) {
        await new Promise((done) => setTimeout(done, outcome.later || SECOND));
        outcome = await deliver(entry, tell);
        // The server is there, but this page may not read what it says: the browser shall ask.
        if (outcome.cut && (await reachable(entry.url))) return HTMLFormElement.prototype.submit.call(form);
      }
      if (outcome.sent) {
        await outbox("delete", entry.key).catch(() => {});
        say(form, "sent", entry, outcome.sent);
        if (form.dataset.thanks) return location.assign(form.dataset.thanks);
        form.reset();
        return status(form, say_.sent).focus();
      }
      if (outcome.refused && [400, 413, 415, 422].includes(outcome.refused.status)) {
        await outbox("delete", entry.key).catch(() => {});
        say(form, "refused", entry, outcome.refused);
        return refuse(form, outcome.refused);
      }
      if (!kept) return status(form, say_.again).focus();
      postpone(entry, outcome.later);
      await outbox("put", entry);
      say(form, "kept", entry);
      form.reset();
      status(form, say_.kept).focus();
    } finally {
      busy.delete(entry.key);
      flush();
    }
  }

  // Whether the server can be reached at all, if the page may read what it says or not.
  const reachable = (url) => fetch(url, { method: "HEAD", mode: "no-cors" }).then(() => true, () => false);

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("form[data-leadrelay]") || event.defaultPrevented) return;
    event.preventDefault();
    if (busy.has(form)) return;
    busy.add(form);
    const buttons = [...form.elements].filter((one) => one.type === "submit" || one.type === "image");
    const pressed = send(form, event.submitter);
    for (const button of buttons) button.disabled = true;
    await pressed.finally(() => {
      for (const button of buttons) button.disabled = false;
      busy.delete(form);
    });
  });

  const begin = () => {
    for (const form of document.querySelectorAll("form[data-leadrelay]")) token(form).catch(() => {});
    flush();
  };
  document.addEventListener("focusin", ({ target }) => {
    if (target.form?.matches("[data-leadrelay]")) token(target.form).catch(() => {});
  });
  addEventListener("online", flush);
  addEventListener("pageshow", begin);
  if (!asks) touch();
  window.leadrelay = { consent: touch };
})();
