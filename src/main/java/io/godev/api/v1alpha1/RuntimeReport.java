package io.godev.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/**
 * What the runtime in the pod tells of itself. It sends the whole each time; its Go twin is {@code
 * runtime/internal/report}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RuntimeReport(
    @JsonPropertyDescription("uid of the pod that reported; the report of another pod is history.")
        String podUid,
    @JsonPropertyDescription("Rises with each report of a pod.") Long sequence,
    @JsonPropertyDescription("The source, where it is followed or mirrored.") Source source,
    @JsonPropertyDescription("How changes of files are noticed.") Watch watch,
    @JsonPropertyDescription("The last build.") Build build,
    @JsonPropertyDescription("Changes that were built since the runtime was started.")
        Reloads reloads,
    @JsonPropertyDescription("The program.") Program program,
    @JsonPropertyDescription("The debugger.") Debugger debugger,
    @JsonPropertyDescription(
            "When somebody last changed a file or used the debugger (RFC 3339, whole minutes).")
        String activity,
    @JsonPropertyDescription(
            "Whether somebody works in the environment; told where spec.idle or the profile's restart"
                + " policy asks for it, and when it changes.")
        Use use) {

  /** The report as that of a pod. */
  public RuntimeReport of(String uid) {
    return new RuntimeReport(
        uid, sequence, source, watch, build, reloads, program, debugger, activity, use);
  }

  /** How the workspace is to where its source comes from. */
  public enum SourceState {
    Current,
    LocalEdits,
    Failed
  }

  /** A source that is followed or mirrored. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Source(
      @JsonPropertyDescription(
              "Current, LocalEdits (the workspace was changed and is left alone) or Failed (the last look"
                  + " failed; the next one is made all the same).")
          @Growing
          SourceState state,
      @JsonPropertyDescription("The commit in the workspace, for a repository.") String commit,
      @JsonPropertyDescription("Why it is not current, in a word.") String reason,
      @JsonPropertyDescription("Why it is not current, and what to do.") String message) {}

  /** How changes are noticed. */
  public enum Method {
    Off,
    Notify,
    Poll
  }

  /** How changes of files are noticed. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Watch(
      @JsonPropertyDescription("Off, Notify or Poll.") @Growing Method method,
      @JsonPropertyDescription("Why files are looked at, where no events arrive.") String detail) {}

  /** Where a build is. */
  public enum BuildState {
    Building,
    Succeeded,
    Failed
  }

  /** A build. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Build(
      @JsonPropertyDescription("Building, Succeeded or Failed.") @Growing BuildState state,
      @JsonPropertyDescription("When it began, if it is Building, else when it ended (RFC 3339).")
          String time,
      @JsonPropertyDescription("Seconds it took.") Double seconds,
      @JsonPropertyDescription("Package that is built, relative to the module.")
          @JsonProperty("package")
          String mainPackage,
      @JsonPropertyDescription("Why it failed, in a word.") String reason,
      @JsonPropertyDescription("Why it failed, and what to do.") String detail,
      @JsonPropertyDescription("File of the first error, relative to the workspace.") String file,
      @JsonPropertyDescription("Line of the first error, from 1.") Integer line,
      @JsonPropertyDescription("Column of the first error in bytes, from 1.") Integer column,
      @JsonPropertyDescription("The first error, as the compiler says it.") String error) {}

  /** Changes that were built. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Reloads(
      @JsonPropertyDescription("How many led to a new program.") Long count,
      @JsonPropertyDescription("How many did not build.") Long failed,
      @JsonPropertyDescription("When the last one was done (RFC 3339).") String time,
      @JsonPropertyDescription("Seconds from the change until the new program was started.")
          Double seconds) {}

  /** What the program does. */
  public enum ProgramState {
    Waiting,
    Running,
    Restarting,
    Failed,
    Completed
  }

  /** The program. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Program(
      @JsonPropertyDescription(
              "Waiting for one that builds, Running, Restarting, Failed (and started again from time to"
                  + " time) or Completed.")
          @Growing
          ProgramState state,
      @JsonPropertyDescription("Since when (RFC 3339).") String since,
      @JsonPropertyDescription("Why it failed, in a word.") String reason,
      @JsonPropertyDescription("Why it failed, and what to do.") String detail,
      @JsonPropertyDescription("Its exit code; 128+n if signal n ended it.") Integer exitCode,
      @JsonPropertyDescription("The signal that ended it.") String signal,
      @JsonPropertyDescription("The last lines it wrote, oldest first.") List<String> lastLines) {}

  /** What the debugger does. */
  public enum DebuggerState {
    Off,
    Listening,
    Attached,
    Paused,
    Refused,
    Failed
  }

  /** The debugger. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Debugger(
      @JsonPropertyDescription(
              "Off, Listening, Attached (somebody is connected), Paused (the program stands), Refused"
                  + " or Failed.")
          @Growing
          DebuggerState state,
      @JsonPropertyDescription("Why it is refused or failed, in a word.") String reason,
      @JsonPropertyDescription("Why it is refused or failed, and what to do.") String detail) {}

  /** Whether somebody works in the environment. */
  public enum UseState {
    Active,
    Quiet,
    Idle
  }

  /** Whether somebody works in the environment. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Use(
      @JsonPropertyDescription(
              "Active, Quiet (nobody has for a part of the time that is asked for) or Idle (for all of it).")
          @Growing
          UseState state,
      @JsonPropertyDescription("Since when nobody has (RFC 3339).") String since,
      @JsonPropertyDescription("What it is that goes on, or was last.") String kind) {}
}
