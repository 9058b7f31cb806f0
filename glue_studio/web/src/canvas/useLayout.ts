/** Places of boxes, found anew when boxes or arrows change. */
import { useEffect, useState } from "react";
import { layout, type Shape, type Spot } from "./layout";

export function useLayout(shape: Shape, boxes: string[], arrows: [string, string][]): Map<string, Spot> | undefined {
  const [spots, setSpots] = useState<Map<string, Spot>>();
  const graph = JSON.stringify([boxes, arrows]);
  useEffect(() => {
    let current = true;
    const [ids, lines] = JSON.parse(graph) as [string[], [string, string][]];
    void layout(shape, ids, lines).then((found) => current && setSpots(found));
    return () => {
      current = false;
    };
  }, [shape, graph]);
  return spots;
}
