// Brings the parts marked data-live up to date every two seconds. Without it one reloads.
"use strict";
const EVERY = 2000;

function busy(part) {
  return part.contains(document.activeElement) || part.querySelector("details[open]") || !getSelection().isCollapsed;
}

async function refresh() {
  if (!document.hidden) {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const part of document.querySelectorAll("[data-live]")) {
        const other = fresh.getElementById(part.id);
        if (other && !busy(part) && other.innerHTML !== part.innerHTML) part.replaceChildren(...other.childNodes);
      }
    } catch {
      // The hall is gone or restarting: the page stays as it was.
    }
  }
  setTimeout(refresh, EVERY);
}

if (document.querySelector("[data-live]")) setTimeout(refresh, EVERY);
