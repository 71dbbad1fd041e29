/* Says how much room is left under a text with `data-most`. The server counts again and loses nothing. */

const words = document.querySelector("[data-counter-words]")?.dataset;

function watch(field) {
  const most = Number(field.dataset.most);
  const line = document.createElement("p");
  line.className = "helptext counter";
  field.after(line);
  const say = () => {
    const left = most - [...field.value].length;
    line.toggleAttribute("data-over", left < 0);
    line.textContent = (left < 0 ? words.over : words.left).replace("0", Math.abs(left));
  };
  field.addEventListener("input", say);
  say();
}

if (words) document.querySelectorAll("textarea[data-most]").forEach(watch);
