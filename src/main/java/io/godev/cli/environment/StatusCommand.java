package io.godev.cli.environment;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.cli.common.ClusterOptions;
import io.godev.cli.common.Output;
import io.godev.cli.common.Terminal;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code godev status}. */
@Command(
    name = "status",
    description = "Show all environments of the namespace, or one with all that is known of it.",
    footer = {
      "",
      "Examples:",
      "  godev status                 a line for each environment",
      "  godev status shop            its conditions, ports, last build, advice and events",
      "  godev status shop --watch    a line whenever it changes",
      "  godev status shop -o json    the object, for programs",
    })
public final class StatusCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ClusterOptions cluster;
  @Mixin private Output output;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "Name of the environment. Default: a table of all.")
  private String name;

  @Option(
      names = {"-w", "--watch"},
      description = "Go on with a line for each change, until Ctrl-C.")
  private boolean watch;

  @Override
  public Integer call() {
    if (watch && !output.isText()) {
      throw new ParameterException(spec.commandLine(), "--watch is for people: leave --output out");
    }
    var out = spec.commandLine().getOut();
    try (var client = cluster.connect()) {
      if (name == null) {
        all(client, out);
      } else {
        one(client, out);
      }
      if (watch) {
        follow(client, out);
      }
    }
    return 0;
  }

  private void all(KubernetesClient client, PrintWriter out) {
    var environments = cluster.environments(client).list();
    if (!output.isText()) {
      output.print(Map.of("apiVersion", "v1", "kind", "List", "items", environments), out);
    } else if (environments.isEmpty()) {
      out.printf(
          "no environments in the namespace %s; \"godev init\" and \"godev up\" make one%n",
          cluster.namespace());
    } else {
      out.println(new StatusText(Instant.now()).table(environments));
    }
  }

  private void one(KubernetesClient client, PrintWriter out) {
    var environment = cluster.environments(client).get(name);
    if (output.isText()) {
      out.println(new StatusText(Instant.now()).detail(environment, events(client, environment)));
    } else {
      output.print(environment, out);
    }
  }

  private static List<Event> events(KubernetesClient client, GoDevEnvironment environment) {
    return client
        .v1()
        .events()
        .inNamespace(environment.getMetadata().getNamespace())
        .withField("involvedObject.uid", environment.getMetadata().getUid())
        .list()
        .getItems();
  }

  private void follow(KubernetesClient client, PrintWriter out) {
    Terminal.catchInterrupts();
    var all = client.resources(GoDevEnvironment.class).inNamespace(cluster.namespace());
    var changes = new Changes(out);
    try (var informer = name == null ? all.inform(changes) : all.withName(name).inform(changes)) {
      Terminal.awaitInterrupt();
    }
  }

  /** Prints what a watch tells, but nothing twice. */
  private static final class Changes implements ResourceEventHandler<GoDevEnvironment> {
    private final PrintWriter out;
    private final Map<String, String> last = new ConcurrentHashMap<>();

    Changes(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void onAdd(GoDevEnvironment environment) {
      print(environment, new StatusText(Instant.now()).change(environment));
    }

    @Override
    public void onUpdate(GoDevEnvironment before, GoDevEnvironment environment) {
      onAdd(environment);
    }

    @Override
    public void onDelete(GoDevEnvironment environment, boolean unknown) {
      print(environment, "deleted");
    }

    private void print(GoDevEnvironment environment, String text) {
      var name = environment.getMetadata().getName();
      if (!text.equals(last.put(name, text))) {
        out.printf("%s  %s  %s%n", LocalTime.now().truncatedTo(ChronoUnit.SECONDS), name, text);
      }
    }
  }
}
