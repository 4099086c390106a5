// A box that is wider than the page says that it scrolls.

const boxes = new ResizeObserver((entries) => entries.forEach(({ target }) => markScrolling(target)));

function watchScrolling(panels) {
  panels.querySelectorAll(".scroll").forEach((box) => boxes.observe(box)); // one that is gone is forgotten
}

function markScrolling(box) {
  box.toggleAttribute("data-more", box.scrollWidth > box.clientWidth + 1);
}
