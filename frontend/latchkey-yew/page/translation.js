// Browser translation and extensions put elements of their own in the place of the app's texts. The app knows nothing of it:
// it goes on writing to nodes that are not in the page any more, and inserts and removes beside them, which would throw.
// So before the app touches a text that was replaced, and when it has written to one, the text is put back in its place.
// A translator, which watches the page too, translates it again.
(() => {
  const { insertBefore, removeChild } = Node.prototype;
  /** What stands in the place of a node that was taken out. */
  const standIns = new WeakMap();
  /** The nodes that a stand-in stands for, in their order. */
  const originals = new WeakMap();
  const replaced = new MutationObserver(note);
  const written = new MutationObserver((records) => records.forEach(({ target }) => settle(target)));

  // What the app itself takes out is noted too; it never speaks of it again, so that does no harm.
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

  /** What stands in the page in the place of a node; a stand-in may have got one itself. */
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

  /** Puts a node back that something else stands for: in an element, or wherever that is. */
  function settle(node, parent) {
    if (node.parentNode && (!parent || node.parentNode === parent)) return;
    note(replaced.takeRecords());
    const place = placeOf(node);
    const there = place?.parentNode;
    if (!place || (parent && there !== parent) || !originals.has(place)) return;
    putBack(place);
    // A translator moves words from one text of a sentence to another, so that none of them is true by itself.
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

  replaced.observe(document, { childList: true, subtree: true });
})();
