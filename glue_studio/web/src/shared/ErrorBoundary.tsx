/** Instead of an empty page: what could not be shown, and a way on. */
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { Component, type ReactNode } from "react";
import { wordsOf } from "../api/client";

export class ErrorBoundary extends Component<{ children: ReactNode }, { problem: string }> {
  override state = { problem: "" };

  static getDerivedStateFromError(error: unknown) {
    return { problem: wordsOf(error) };
  }

  override render() {
    if (!this.state.problem) return this.props.children;
    return (
      <div className="padded">
        <Alert type="error" header="This part of the page cannot be shown" action={<Button onClick={() => location.reload()}>Reload</Button>}>
          {this.state.problem}. Work that is not saved is kept.
        </Alert>
      </div>
    );
  }
}
