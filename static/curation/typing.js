/* What stands in the section's form, and what of it somebody typed; and how to put that
   into another copy of the form, where the rows may stand elsewhere by now. */
const Typing = (() => {
  "use strict";
  // These belong to the page, not to the record.
  const OWN = new Set(["csrfmiddlewaretoken", "focus", "draft"]);
  const served = new WeakMap();

  const form = () => document.getElementById("section-form");
  const read = (from) => [...new FormData(from)].filter(([name]) => !OWN.has(name));
  const version = (from) => Number(from.elements.version.value);

  /* Values by names that stay when rows move: `acronym`, `criteria/c5/text`, of a new row
     `criteria/+25/text`. `rows`: the rows of each collection from top to bottom. */
  function state(pairs) {
    const keys = new Map(pairs.filter(([name]) => /-\d+-key$/.test(name)).map(([name, key]) => [name.slice(0, -4), key]));
    const values = new Map();
    const rows = new Map();
    for (const [name, value] of pairs) {
      const [, collection, number, field] = name.match(/^(\w+)-(\d+)-(\w+)$/) ?? [];
      if (!collection && /^\w+-[A-Z_]+_FORMS$/.test(name)) continue;
      const row = collection && `${collection}/${keys.get(`${collection}-${number}`) || `+${number}`}`;
      const known = row ? `${row}/${field}` : name;
      values.set(known, [...(values.get(known) ?? []), value.replaceAll("\r\n", "\n")]);
      if (!row) continue;
      if (!rows.has(collection)) rows.set(collection, new Set());
      rows.get(collection).add(row);
    }
    return { values, rows };
  }

  // An unticked box sends nothing, an empty field "".
  const text = (values) => JSON.stringify((values ?? []).filter(Boolean));
  const isPlace = (name) => /\/(position|key)$/.test(name);

  function changed(before, after) {
    const names = new Set([...before.values.keys(), ...after.values.keys()]);
    names.delete("version");
    return [...names].filter((name) => text(before.values.get(name)) !== text(after.values.get(name)));
  }

  /* How many values differ; rows that only moved count where nothing else does. A reason
     alone is no work. */
  function count(before, after) {
    const names = changed(state(before), state(after)).filter((name) => name !== "reason");
    return names.filter((name) => !isPlace(name)).length || names.length;
  }

  // --- Putting it back ---

  /* The rows of a form by their names in `state`. */
  function rowsIn(parts) {
    const rows = new Map();
    for (const element of parts.querySelectorAll(":scope > .rows > [data-row]")) {
      const key = element.querySelector('[name$="-key"]');
      const prefix = key.name.slice(0, -4);
      const number = prefix.slice(prefix.lastIndexOf("-") + 1);
      rows.set(`${parts.dataset.collection}/${key.value || `+${number}`}`, { element, prefix });
    }
    return rows;
  }

  function add(into, parts) {
    const total = into.elements[`${parts.dataset.collection}-TOTAL_FORMS`];
    const number = total.value;
    const rows = parts.querySelector(".rows");
    rows.querySelector(".none")?.remove();
    rows.insertAdjacentHTML("beforeend", parts.querySelector("template").innerHTML.replaceAll("__prefix__", number));
    total.value = Number(number) + 1;
    return { element: rows.lastElementChild, prefix: `${parts.dataset.collection}-${number}` };
  }

  function set(control, values) {
    if (control.matches("[type=checkbox], [type=radio]")) control.checked = values.includes(control.value);
    else if (control.matches("select[multiple]")) [...control.options].forEach((option) => { option.selected = values.includes(option.value); });
    else control.value = values[0] ?? "";
  }

  const same = (one, other) => JSON.stringify([...(one ?? [])]) === JSON.stringify([...(other ?? [])]);

  /* The rows as they were arranged; those that only the page has stay behind their
     neighbours. Places follow, unless all rows are those that were arranged. */
  function arrange(collection, rows, wanted, mine, isSame) {
    const order = [...wanted].filter((name) => rows.has(name));
    let last = null;
    for (const name of rows.keys()) {
      if (!wanted.has(name)) order.splice(last === null ? 0 : order.indexOf(last) + 1, 0, name);
      last = name;
    }
    const place = (name) => rows.get(name).element.querySelector('[name$="-position"]');
    const isGone = (name) => rows.get(name).element.querySelector('[name$="-DELETE"]')?.checked;
    let next = Math.min(...order.map((name) => Number(place(name).defaultValue)).filter(Boolean));
    if (!Number.isFinite(next)) next = 1;
    const box = rows.get(order[0]).element.parentElement;
    for (const name of order) {
      box.append(rows.get(name).element);
      if (isSame) set(place(name), mine.values.get(`${name}/position`) ?? []);
      else if (!isGone(name)) { place(name).value = next; next += 1; }
    }
  }

  /* What to call a value, with the beginning of what was typed. */
  function named(control, name, values) {
    const label = control?.getAttribute("aria-label") ?? control?.labels?.[0]?.textContent.trim();
    return `${label ?? name.replaceAll("/", " ")} “${(values ?? []).join(", ").slice(0, 60)}”`;
  }

  /* Put into a form what `typed` has other than `before`. `clashes`: values that the page
     changed too; what was typed stays. `lost`: those that the page has no place for. */
  function put(into, before, typed) {
    const [now, was, mine] = [read(into), before, typed].map(state);
    const found = { clashes: [], lost: [], first: null };
    const rows = new Map();
    for (const parts of into.querySelectorAll(".parts")) {
      const { collection } = parts.dataset;
      const here = rowsIn(parts);
      const wanted = mine.rows.get(collection) ?? new Set();
      for (const name of wanted) {
        if (name.includes("/+") && !was.rows.get(collection)?.has(name)) {
          here.delete(name);
          here.set(name, add(into, parts));
        }
      }
      rows.set(collection, { here, wanted });
    }
    for (const name of changed(was, mine).filter((other) => !isPlace(other))) {
      const values = mine.values.get(name);
      const [collection, key, field] = name.split("/");
      const full = field ? `${rows.get(collection)?.here.get(`${collection}/${key}`)?.prefix}-${field}` : name;
      const controls = [...into.elements].filter((control) => control.name === full);
      if (!controls.length) { found.lost.push(named(null, name, values)); continue; }
      const isTheirs = ![text(was.values.get(name)), text(values)].includes(text(now.values.get(name)));
      if (isTheirs) found.clashes.push(named(controls[0], name, values));
      controls.forEach((control) => set(control, values ?? []));
      found.first ??= controls[0];
    }
    const places = (known, names) => [...(names ?? [])].map((name) => text(known.values.get(`${name}/position`)));
    const isAsServed = (collection) => {
      const [here, before] = [now.rows.get(collection), was.rows.get(collection)];
      return same(here, before) && same(places(now, here), places(was, before));
    };
    for (const [collection, { here, wanted }] of rows) {
      const isMoved = !same(was.rows.get(collection), wanted) || !same(places(was, wanted), places(mine, wanted));
      if (here.size && isMoved) arrange(collection, here, wanted, mine, isAsServed(collection));
    }
    into.dataset.unsaved = "";
    return found;
  }

  /* What the page gave a form before anybody typed; undefined where a form that could not
     be saved came back with its typing. */
  const servedOf = (of) => served.get(of);
  const serve = (of, pairs) => served.set(of, pairs);

  if (form().dataset.unsaved === undefined) serve(form(), read(form()));
  return { form, read, version, count, put, servedOf, serve };
})();
