// Builds DOM nodes. Text only ever enters the page as text nodes, so nothing from a file name or a reply can become markup.

const SVG = "http://www.w3.org/2000/svg";

/** The children that are there, lists of lists taken apart. */
function present(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

function fill(node, options, children) {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") for (const [event, run] of Object.entries(value)) node.addEventListener(event, run);
    else if (name === "value" || name === "checked" || name === "disabled" || name === "hidden") node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...present(children));
  return node;
}

/** An HTML element: attributes (and `on: {event: function}`), then children; strings become text. */
export function el(tag, options = {}, ...children) {
  return fill(document.createElement(tag), options, children);
}

/** The same for SVG. */
export function svg(tag, options = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), options, children);
}

/** Sets custom properties and other CSS through the object model, which the page's security policy allows. */
export function styled(node, rules) {
  for (const [name, value] of Object.entries(rules)) node.style.setProperty(name, value);
  return node;
}

/** Replaces what a node holds. */
export function show(node, ...children) {
  node.replaceChildren(...present(children));
  return node;
}

/** The square with the letter of a clip or the sign of an answer. */
export function chip(kind) {
  const letter = { a: "A", b: "B", same: "=", unknown: "?" }[kind];
  return el("span", { class: `chip ${kind}`, "aria-hidden": "true" }, letter);
}

/** Says something to a screen reader without moving the focus. */
export function announce(text) {
  const place = document.getElementById("announce");
  if (place.textContent !== text) place.textContent = text;
}
