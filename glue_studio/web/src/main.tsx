import "@cloudscape-design/global-styles/index.css";
import "@xyflow/react/dist/style.css";
import "./studio.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";

const root = document.getElementById("root");
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
