package io.godev.plan;

import static io.godev.plan.Environments.plan;
import static io.godev.plan.PodDecisionTest.NOW;
import static io.godev.plan.PodDecisionTest.running;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an edit of each field of the spec does to the pod that runs. */
class ChangeClassesTest {
  private static final File CRD = new File("deploy/crds/godevenvironments.godev.io-v1.yml");
  private static final Pattern PROMISE = Pattern.compile("Change: (live|restart)");

  /** A field, the spec before and after the edit, and what becomes of the pod. */
  record Edit(String field, String before, String after, String pod) {}

  static List<Edit> edits() {
    return TABLE
        .lines()
        .map(line -> line.split("\\s*\\|\\s*"))
        .map(ChangeClassesTest::edit)
        .toList();
  }

  private static Edit edit(String[] cells) {
    return new Edit(cells[0], cells[1].equals("-") ? "" : cells[1], cells[2], cells[3]);
  }

  private static final String TABLE =
      """
      mode | - | mode: Suspended | removed
      profile | - | profile: standard | replaced
      source.module.path | - | source: {module: {path: example.com/other, version: v1.2.3}} | replaced
      source.module.version | - | source: {module: {path: example.com/shop, version: v1.2.4}} | replaced
      source.files | source: {files: {go.mod: m, a.go: a}} | source: {files: {go.mod: m, a.go: b}} | replaced
      source.git.url | source: {git: {url: "https://git.example.com/a"}} | source: {git: {url: "https://git.example.com/b"}} | replaced
      source.git.ref | source: {git: {url: "https://git.example.com/a"}} | source: {git: {url: "https://git.example.com/a", ref: v1}} | replaced
      source.git.directory | source: {git: {url: "https://git.example.com/a"}} | source: {git: {url: "https://git.example.com/a", directory: shop}} | replaced
      source.git.depth | source: {git: {url: "https://git.example.com/a"}} | source: {git: {url: "https://git.example.com/a", depth: 0}} | replaced
      source.git.submodules | source: {git: {url: "https://git.example.com/a"}} | source: {git: {url: "https://git.example.com/a", submodules: true}} | replaced
      source.git.credentials.name | source: {git: {url: "https://git.example.com/a"}} | source: {git: {url: "https://git.example.com/a", credentials: {name: login}}} | replaced
      source.git.follow.everySeconds | source: {git: {url: "https://git.example.com/a"}} | source: {git: {url: "https://git.example.com/a", follow: {everySeconds: 30}}} | replaced
      source.hostPath.path | source: {hostPath: {path: /srv/folders/a}} | source: {hostPath: {path: /srv/folders/b}} | replaced
      source.hostPath.host | source: {hostPath: {path: /srv/folders/a}} | source: {hostPath: {path: /srv/folders/a, host: Linux}} | replaced
      source.sync | - | source: {sync: {}} | replaced
      source.claim.name | source: {claim: {name: a}} | source: {claim: {name: b}} | replaced
      source.snapshot.archive | source: {snapshot: {archive: a}} | source: {snapshot: {archive: b}} | replaced
      source.snapshot.directory | source: {snapshot: {archive: a}} | source: {snapshot: {archive: a, directory: shop}} | replaced
      go.version | - | go: {version: "1.25"} | replaced
      go.image | - | go: {image: example.com/go} | replaced
      go.modules.proxy | - | go: {modules: {proxy: [direct]}} | replaced
      go.modules.sumDatabase | - | go: {modules: {sumDatabase: "off"}} | replaced
      go.modules.private | - | go: {modules: {private: [example.com/*]}} | replaced
      go.modules.credentials.name | - | go: {modules: {credentials: {name: netrc}}} | replaced
      go.modules.lock | - | go: {modules: {lock: Update}} | replaced
      go.flags | - | go: {flags: [-race]} | replaced
      go.env.name | go: {env: [{name: A, value: x}]} | go: {env: [{name: B, value: x}]} | replaced
      go.env.value | go: {env: [{name: A, value: x}]} | go: {env: [{name: A, value: y}]} | replaced
      run.package | - | run: {package: ./cmd/shop} | replaced
      run.args | run: {args: [-a, -b]} | run: {args: [-b, -a]} | replaced
      run.env.name | run: {env: [{name: A}]} | run: {env: [{name: B}]} | replaced
      run.env.value | run: {env: [{name: A}]} | run: {env: [{name: A, value: x}]} | replaced
      run.env.valueFrom.secretKeyRef.name | run: {env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]} | run: {env: [{name: A, valueFrom: {secretKeyRef: {name: t, key: k}}}]} | replaced
      run.env.valueFrom.secretKeyRef.key | run: {env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}]} | run: {env: [{name: A, valueFrom: {secretKeyRef: {name: s, key: l}}}]} | replaced
      run.env.valueFrom.configMapKeyRef.name | run: {env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: k}}}]} | run: {env: [{name: A, valueFrom: {configMapKeyRef: {name: d, key: k}}}]} | replaced
      run.env.valueFrom.configMapKeyRef.key | run: {env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: k}}}]} | run: {env: [{name: A, valueFrom: {configMapKeyRef: {name: c, key: l}}}]} | replaced
      run.ports.name | run: {ports: [{name: http, containerPort: 8080}]} | run: {ports: [{name: web, containerPort: 8080}]} | replaced
      run.ports.containerPort | run: {ports: [{name: http, containerPort: 8080}]} | run: {ports: [{name: http, containerPort: 8081}]} | replaced
      run.ports.port | run: {ports: [{name: http, containerPort: 8080}]} | run: {ports: [{name: http, containerPort: 8080, port: 80}]} | kept
      run.ports.protocol | run: {ports: [{name: http, containerPort: 8080}]} | run: {ports: [{name: http, containerPort: 8080, protocol: UDP}]} | replaced
      run.ports.expose | run: {ports: [{name: http, containerPort: 8080}]} | run: {ports: [{name: http, containerPort: 8080, expose: None}]} | kept
      run.readiness.httpGet.path | run: {readiness: {httpGet: {port: 80, path: /a}}} | run: {readiness: {httpGet: {port: 80, path: /b}}} | replaced
      run.readiness.httpGet.port | run: {readiness: {httpGet: {port: 80}}} | run: {readiness: {httpGet: {port: 81}}} | replaced
      run.readiness.tcpSocket.port | - | run: {readiness: {tcpSocket: {port: 80}}} | replaced
      run.instrument | - | run: {instrument: Race} | replaced
      reload.mode | - | reload: {mode: OnChange} | replaced
      reload.watch | reload: {mode: OnChange} | reload: {mode: OnChange, watch: Poll} | replaced
      reload.exclude | reload: {mode: OnChange} | reload: {mode: OnChange, exclude: [assets]} | replaced
      reload.whilePaused | reload: {mode: OnChange} | reload: {mode: OnChange, whilePaused: Restart} | replaced
      debug.mode | - | debug: {mode: Delve} | replaced
      debug.port | - | debug: {port: 40001} | replaced
      profiling.port | - | profiling: {port: 6060} | kept
      proxy.http | - | proxy: {http: "http://proxy.example.com"} | replaced
      proxy.https | - | proxy: {https: "http://proxy.example.com"} | replaced
      proxy.noProxy | proxy: {http: "http://proxy.example.com"} | proxy: {http: "http://proxy.example.com", noProxy: [a.example.com]} | replaced
      proxy.caBundle.name | - | proxy: {caBundle: {name: ca}} | replaced
      proxy.caBundle.key | proxy: {caBundle: {name: ca}} | proxy: {caBundle: {name: ca, key: other.crt}} | replaced
      resources.requests.cpu | - | resources: {requests: {cpu: 100m}} | resized
      resources.requests.memory | - | resources: {requests: {memory: 512Mi}} | resized
      resources.limits.cpu | - | resources: {limits: {cpu: 3}} | resized
      resources.limits.memory | - | resources: {limits: {memory: 2Gi}} | resized
      securityContext.runAsUser | - | securityContext: {runAsUser: 1001} | replaced
      securityContext.runAsGroup | - | securityContext: {runAsGroup: 1001} | replaced
      securityContext.fsGroup | - | securityContext: {fsGroup: 1001} | replaced
      securityContext.capabilities.add | - | securityContext: {capabilities: {add: [NET_BIND_SERVICE]}} | replaced
      storage.workspace.size | - | storage: {workspace: {size: 3Gi}} | kept
      storage.workspace.storageClassName | - | storage: {workspace: {storageClassName: fast}} | kept
      storage.cache.size | - | storage: {cache: {size: 10Gi}} | kept
      storage.cache.storageClassName | - | storage: {cache: {storageClassName: fast}} | kept
      storage.onDelete | - | storage: {onDelete: Delete} | kept
      storage.onDelete | - | storage: {onDelete: Archive} | kept
      idle.suspendAfterMinutes | - | idle: {suspendAfterMinutes: 60} | told
      expiry.afterHours | - | expiry: {afterHours: 72} | kept
      expiry.at | - | expiry: {at: "2099-12-31T18:00:00Z"} | kept
      deletionProtection | - | deletionProtection: true | kept
      """;

  @ParameterizedTest
  @MethodSource("edits")
  void anEditOfAFieldDoesThisToThePod(Edit edit) {
    // Given
    var pod = running(plan(edit.before()));

    // When
    var decision = PodDecision.of(plan(edit.after()), pod, NOW);

    // Then
    var expected =
        switch (edit.pod()) {
          case "replaced" -> new PodDecision.Remove(pod, "its spec changed");
          case "removed" -> new PodDecision.Remove(pod, "the environment is suspended");
          case "told" ->
              new PodDecision.Annotate(pod, Map.of(EnvironmentPod.IDLE_MINUTES, "60"), List.of());
          case "kept" -> new PodDecision.Keep(List.of());
          case "resized" ->
              new PodDecision.Resize(
                  pod,
                  PodResources.ofProgram(plan(edit.after()).pod()),
                  edit.field().equals("resources.limits.memory")
                      ? List.of("GOMEMLIMIT: 966367641 → 1932735283")
                      : List.of());
          default -> throw new IllegalArgumentException(edit.pod());
        };
    assertThat(decision).isEqualTo(expected);
  }

  @Test
  void everyFieldIsInTheTableAndItsDescriptionPromisesWhatHappens() throws IOException {
    // Given
    var schema =
        new YAMLMapper()
            .readTree(CRD)
            .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");

    // When
    Map<String, String> promised = new TreeMap<>();
    promises("", schema, "live", promised);

    // Then
    Map<String, String> happens = new TreeMap<>();
    edits()
        .forEach(
            edit -> happens.put(edit.field(), edit.pod().equals("replaced") ? "restart" : "live"));
    assertThat(new TreeSet<>(happens.keySet())).isEqualTo(new TreeSet<>(promised.keySet()));
    assertThat(happens).isEqualTo(promised);
  }

  // a field without words of its own is as the one that holds it
  private static void promises(
      String path, JsonNode schema, String inherited, Map<String, String> promised) {
    var words = PROMISE.matcher(schema.path("description").asText());
    var promise = words.find() ? words.group(1) : inherited;
    var inner = schema.has("items") ? schema.path("items") : schema;
    if (!inner.has("properties")) {
      promised.put(path, promise);
    }
    inner
        .path("properties")
        .properties()
        .forEach(
            field ->
                promises(
                    path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                    field.getValue(),
                    promise,
                    promised));
  }
}
