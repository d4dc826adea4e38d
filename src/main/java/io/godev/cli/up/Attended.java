package io.godev.cli.up;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Advice;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.cli.common.Environments;
import io.godev.cli.common.Terminal;
import io.godev.cli.environment.LogFollower;
import io.godev.cli.forward.Forwards;
import io.godev.cli.forward.Target;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** An environment with somebody in front of it: its ports are here, and its log. */
final class Attended {
  private static final int SLICE_MILLIS = 200;
  // the lines before are those of the start, which was told already
  private static final int TAIL = 10;

  private final KubernetesClient client;
  private final Environments environments;
  private final GoDevEnvironment environment;
  private final PrintWriter out;
  private final PrintWriter err;

  Attended(
      KubernetesClient client,
      Environments environments,
      GoDevEnvironment environment,
      PrintWriter out,
      PrintWriter err) {
    this.client = client;
    this.environments = environments;
    this.environment = environment;
    this.out = out;
    this.err = err;
  }

  /** Until Ctrl-C, until the environment is suspended or deleted, or until the source fails. */
  void until(Source source) {
    var name = environment.getMetadata().getName();
    var namespace = environment.getMetadata().getNamespace();
    tellAdvice();
    try (var forwards = new Forwards(client, namespace, name, this::warn)) {
      Target.of(environment).forEach(target -> say("  " + forwards.open(target)));
      say("Ctrl-C ends the forwarding" + (source.isPushed() ? " and the pushing" : "") + " alone.");
      var followed = new CompletableFuture<Void>();
      var log = followLog(namespace, name, followed);
      while (!Terminal.awaitInterrupt(SLICE_MILLIS) && !followed.isDone() && !source.hasFailed()) {
        // looks again
      }
      // of a suspension the push may hear first
      var isOver = followed.isDone() || source.hasFailed() && environments.isOver(name);
      log.interrupt();
      if (followed.isDone()) {
        check(followed);
      }
      if (!isOver) {
        source.check();
      }
      say(isOver ? name + " was suspended or deleted." : name + " runs on.");
    }
  }

  private Thread followLog(String namespace, String name, CompletableFuture<Void> end) {
    var follower = new LogFollower(client, namespace, name, heading -> {});
    var thread =
        new Thread(
            () -> {
              try {
                follower.follow(TAIL, System.out, () -> environments.isOver(name));
                end.complete(null);
              } catch (RuntimeException | Error e) {
                end.completeExceptionally(e);
              }
            },
            "log");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private static void check(CompletableFuture<Void> followed) {
    try {
      followed.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  private void tellAdvice() {
    List<Advice> advice = environment.getStatus().advice();
    if (advice != null) {
      advice.stream()
          .filter(one -> one.severity() == Severity.Warning)
          .forEach(one -> warn("%s: %s; %s".formatted(one.field(), one.message(), one.remedy())));
    }
  }

  private void warn(String line) {
    err.println("  warning: " + line);
    err.flush();
  }

  private void say(String line) {
    out.println(line);
    out.flush();
  }
}
