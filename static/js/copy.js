// Copying what `data-copy` names by its id. Without a clipboard the button stays hidden.

function copying(button) {
  const text = document.getElementById(button.dataset.copy);
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text.textContent.trim());
    label.textContent = "Copied";
    setTimeout(() => {
      label.textContent = before;
    }, 2000);
  });
}

if (navigator.clipboard) {
  document.querySelectorAll("[data-copy]").forEach(copying);
}
