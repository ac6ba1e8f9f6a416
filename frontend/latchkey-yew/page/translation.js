// Browser translation and extensions replace the app's texts with their own elements. The app does not know it: it keeps
// writing to nodes that are not in the page any more, and inserts and removes next to them, which would throw. So a replaced
// text is put back before the app inserts or removes it, and after the app has written to it. A translator observes the page as
// well and translates the text again.
(() => {
  const { insertBefore, removeChild } = Node.prototype;
  /** The element that replaced a removed node. */
  const standIns = new WeakMap();
  /** The nodes that a stand-in replaced, in order. */
  const originals = new WeakMap();
  const replaced = new MutationObserver(note);
  const written = new MutationObserver((records) => records.forEach(({ target }) => settle(target)));

  // Nodes that the app itself removes are recorded too, which is harmless: the app does not use them again.
  function note(records) {
    const added = new Set(records.flatMap((record) => [...record.addedNodes]));
    for (const { target, removedNodes, addedNodes, previousSibling, nextSibling } of records) {
      for (const node of removedNodes) {
        if (node.parentNode === target) continue;
        const standIn = [...addedNodes, previousSibling, nextSibling].find((one) => one && added.has(one));
        if (!standIn) continue;
        standIns.set(node, standIn);
        originals.set(standIn, [...(originals.get(standIn) ?? []), node]);
        if (node.nodeType === Node.TEXT_NODE) written.observe(node, { characterData: true });
      }
    }
  }

  /** The element in the page that replaces a node; a stand-in may itself have been replaced. */
  function placeOf(node) {
    let place = standIns.get(node);
    for (let hops = 0; place && !place.parentNode && hops < 8; hops += 1) place = standIns.get(place);
    return place?.parentNode ? place : undefined;
  }

  function putBack(place) {
    for (const node of originals.get(place)) {
      standIns.delete(node);
      if (!node.isConnected || place.contains(node)) insertBefore.call(place.parentNode, node, place);
    }
    removeChild.call(place.parentNode, place);
  }

  /** Puts a replaced node back; with `parent`, only if its stand-in is in that element. */
  function settle(node, parent) {
    if (node.parentNode && (!parent || node.parentNode === parent)) return;
    note(replaced.takeRecords());
    const place = placeOf(node);
    const there = place?.parentNode;
    if (!place || (parent && there !== parent) || !originals.has(place)) return;
    putBack(place);
    // A translator moves words between the texts of a sentence, so all of them are put back.
    for (const other of [...there.childNodes]) {
      if (other.localName === "font" && originals.has(other)) putBack(other);
    }
    replaced.takeRecords();
  }

  Node.prototype.insertBefore = function (node, before) {
    settle(node, this);
    if (before) settle(before, this);
    return insertBefore.call(this, node, before);
  };

  Node.prototype.removeChild = function (node) {
    settle(node, this);
    return removeChild.call(this, node);
  };

  // What the parser inserts is the shell, which the app replaces.
  const observe = () => replaced.observe(document, { childList: true, subtree: true });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", observe);
  else observe();
})();
