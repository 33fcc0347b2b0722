// A shop in React with two ways to pay; it takes one off the page when the other is paid.

import { useCallback, useState } from "react";
import { createRoot } from "react-dom/client";
import { MalipoCheckout } from "./MalipoCheckout";

function Shop() {
  const [receipt, setReceipt] = useState<string>();
  const paid = useCallback((detail: { receipt?: string }) => setReceipt(detail.receipt), []);
  return (
    <main>
      <h1>A shop in React</h1>
      {receipt ? <p role="status">Thank you: {receipt}</p> : <MalipoCheckout item="tea" onPaid={paid} />}
      <MalipoCheckout item="card" label="Buy a card" />
    </main>
  );
}

createRoot(document.getElementById("shop")!).render(<Shop />);
