/** A dialog's first field has the focus when it opens; what had it before has it again afterwards. */
import { type RefObject, useEffect, useRef } from "react";

export function useFirstFocus<T extends { focus: () => void }>(): RefObject<T | null> {
  const field = useRef<T>(null);
  useEffect(() => {
    const before = document.activeElement;
    // the dialog gives it to its first button, in an effect of its own
    field.current?.focus();
    const frame = requestAnimationFrame(() => field.current?.focus());
    return () => {
      cancelAnimationFrame(frame);
      if (before instanceof HTMLElement) setTimeout(() => before.focus());
    };
  }, []);
  return field;
}
