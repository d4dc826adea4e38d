package io.godev.assess;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.godev.plan.Workspace;
import io.godev.resolve.ResolvedEnvironment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Settings that connect an editor with the debugger.
 *
 * <p>Whatever the kind of source, the program is built in {@value Workspace#PATH}, and the folder
 * that is open in the editor has to hold the same files: that of {@code go.mod}.
 */
final class EditorSettings {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private EditorSettings() {}

  /**
   * An entry for {@code configurations} in {@code .vscode/launch.json}, as the Go extension reads
   * it (its docs/debugging.md): there {@code from} is the local folder.
   */
  static String visualStudioCode(ResolvedEnvironment environment) {
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("name", "GoDevEnvironment " + environment.name());
    configuration.put("type", "go");
    // the extension's default for remote is an older adapter
    configuration.put("debugAdapter", "dlv-dap");
    configuration.put("request", "attach");
    configuration.put("mode", "remote");
    configuration.put("host", "127.0.0.1");
    configuration.put("port", environment.spec().debug().port());
    Map<String, Object> folder = new LinkedHashMap<>();
    folder.put("from", "${workspaceFolder}");
    folder.put("to", Workspace.PATH);
    configuration.put("substitutePath", List.of(folder));
    try {
      return MAPPER.writeValueAsString(configuration);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings, numbers and lists always serialise", e);
    }
  }

  /** For a run configuration of the kind Go Remote. */
  static String goLand(ResolvedEnvironment environment) {
    return "Go Remote: Host localhost, Port %d, On disconnect: Leave it running. Path mapping: the"
            .formatted(environment.spec().debug().port())
        + " project's root (with go.mod) to "
        + Workspace.PATH;
  }
}
