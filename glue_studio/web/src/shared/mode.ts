/** Light or dark: as the system has it, until a person chooses. */
import { applyMode, Mode } from "@cloudscape-design/global-styles";
import { useEffect, useState } from "react";

const KEY = "mode";

export function useMode(): [boolean, (dark: boolean) => void] {
  const [dark, setDark] = useState(() => {
    const chosen = localStorage.getItem(KEY);
    return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  });
  useEffect(() => applyMode(dark ? Mode.Dark : Mode.Light), [dark]);
  const choose = (wanted: boolean) => {
    localStorage.setItem(KEY, wanted ? "dark" : "light");
    setDark(wanted);
  };
  return [dark, choose];
}
