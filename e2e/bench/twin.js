// The first screen in plain JavaScript, without a framework, a second language or anything after it: what the checkout is
// measured beside.

const button = document.createElement("button");
button.textContent = "Pay with M-PESA";
document.body.append(button);

const dialog = document.createElement("dialog");
dialog.innerHTML = `<h2>Pay with M-PESA</h2><dl><dt>Amount</dt><dd>KES 150</dd></dl>
  <form><label>M-PESA phone number <input type="tel" autocomplete="tel"></label><p role="alert"></p>
  <button>Pay KES 150</button></form>`;
document.body.append(dialog);

button.onclick = () => dialog.showModal();
dialog.querySelector("input").oninput = ({ target }) => {
  const digits = target.value.replace(/\D/g, "").slice(0, 12);
  target.value = digits.replace(/^(\d{4})(\d{1,3})(\d*)$/, "$1 $2 $3").trim();
};
dialog.querySelector("form").onsubmit = (event) => {
  event.preventDefault();
  const isOne = /^(\+?254|0)[17]\d{8}$/.test(dialog.querySelector("input").value.replace(/\s/g, ""));
  dialog.querySelector("[role=alert]").textContent = isOne ? "" : "This is not a phone number.";
};
