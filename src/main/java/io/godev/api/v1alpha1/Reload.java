package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What happens when a file of the workspace changes. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
    value =
        "!has(self.exclude) || self.exclude.all(p, p.matches('^[^/[:cntrl:]][^[:cntrl:]]*$') &&"
            + " !p.matches('(^|/)[.][.](/|$)'))",
    message =
        "spec.reload.exclude: a pattern must be relative to the workspace, without .., such as assets/** or *.pb.go")
public record Reload(
    @JsonPropertyDescription(
            "OnChange builds and starts the program again when a file of the workspace changes; Off"
                + " leaves it alone. Default: OnChange; with spec.source.module and files, which"
                + " change with the spec, Off. Change: restart.")
        Mode mode,
    @JsonPropertyDescription(
            "How changes are noticed. Notify: by events of the file system. Poll: by looking at the"
                + " files. Auto: by events where one is seen to arrive, else by looking. Default: Auto."
                + " Change: restart.")
        Watch watch,
    @JsonPropertyDescription(
            "Files and folders whose changes do not count, as patterns relative to the workspace: * is"
                + " any part of a name, ** any number of folders, and a pattern without / holds in every"
                + " folder. Change: restart.")
        @Size(max = 64)
        List<@Size(min = 1, max = 256) String> exclude,
    @JsonPropertyDescription(
            "What a change does while the program stands at a breakpoint. Wait: it is built, and"
                + " replaces the program when that goes on. Restart: it replaces it at once. Default: Wait."
                + " Change: restart.")
        WhilePaused whilePaused) {

  /** Whether changes of files count. */
  public enum Mode {
    OnChange,
    Off
  }

  /** How changes are noticed. */
  public enum Watch {
    Auto,
    Notify,
    Poll
  }

  /** What a change does while the program stands at a breakpoint. */
  public enum WhilePaused {
    Wait,
    Restart
  }
}
