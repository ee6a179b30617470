"use strict";
// Without this script the page is complete; it only enlarges pictures and opens the details for printing.
const large = document.getElementById("large");
const picture = large.querySelector("img");
for (const button of document.querySelectorAll(".zoom")) {
  button.addEventListener("click", () => {
    const source = button.querySelector("img");
    picture.src = source.src;
    picture.alt = source.alt;
    large.showModal();
  });
}
large.addEventListener("click", () => large.close());
const openForPrint = [];
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    openForPrint.push(details);
  }
});
addEventListener("afterprint", () => {
  for (const details of openForPrint.splice(0)) details.open = false;
});
