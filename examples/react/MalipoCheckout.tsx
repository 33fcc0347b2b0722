// A thin React component around <malipo-checkout>. The page loads https://pay.example/malipo.js once.

import { useEffect, useRef } from "react";
import type { MalipoCheckoutElement, MalipoDetail, MalipoOptions } from "../../widget/web/malipo";

type Props = MalipoOptions & {
  onPaid?: (detail: MalipoDetail) => void;
  onDeclined?: (detail: MalipoDetail) => void;
  onClosed?: (detail: MalipoDetail) => void;
};

export function MalipoCheckout({ onPaid, onDeclined, onClosed, ...options }: Props) {
  const element = useRef<MalipoCheckoutElement>(null);
  useEffect(() => {
    const checkout = element.current;
    if (!checkout) return;
    const hears = { paid: onPaid, declined: onDeclined, closed: onClosed };
    const heard = Object.entries(hears).map(([name, then]) => {
      const listener = (event: Event) => then?.((event as CustomEvent<MalipoDetail>).detail);
      checkout.addEventListener(`malipo:${name}`, listener);
      return () => checkout.removeEventListener(`malipo:${name}`, listener);
    });
    return () => heard.forEach((forget) => forget());
  }, [onPaid, onDeclined, onClosed]);
  // React passes what it does not know of a custom element on as attributes.
  return <malipo-checkout ref={element} {...options} />;
}

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "malipo-checkout": MalipoOptions & { ref?: React.Ref<MalipoCheckoutElement> };
    }
  }
}
