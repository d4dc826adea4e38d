package io.godev.plan;

import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Sysctl;
import io.godev.api.v1alpha1.SecurityContext.Capability;
import io.godev.resolve.ResolvedEnvironment;
import java.util.List;

/**
 * The security contexts, which meet Pod Security restricted in every container.
 *
 * <p>See <a href="https://kubernetes.io/docs/concepts/security/pod-security-standards/">Pod
 * Security Standards</a>.
 */
final class PodSecurity {
  private PodSecurity() {}

  static PodSecurityContext ofPod(ResolvedEnvironment environment) {
    var user = environment.spec().securityContext();
    return ofPod(user.runAsUser(), user.runAsGroup(), user.fsGroup())
        .withSysctls(sysctls(user.capabilities().add()))
        .build();
  }

  static PodSecurityContextBuilder ofPod(long user, long group, long fsGroup) {
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(user)
        .withRunAsGroup(group)
        .withFsGroup(fsGroup)
        // changing the group of a large module cache at every start takes minutes
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile();
  }

  static SecurityContext ofContainer(ResolvedEnvironment environment) {
    return ofContainer(environment.spec().securityContext().capabilities().add());
  }

  static SecurityContext ofContainer(List<Capability> added) {
    return new SecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .withAdd(added.stream().map(Enum::name).toList())
        .endCapabilities()
        .build();
  }

  // Kubernetes gives a process that is not root no ambient capabilities, so NET_BIND_SERVICE alone
  // would not open a low port; this sysctl does, and it is a safe one.
  // https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/#safe-and-unsafe-sysctls
  private static List<Sysctl> sysctls(List<Capability> added) {
    return added.contains(Capability.NET_BIND_SERVICE)
        ? List.of(new Sysctl("net.ipv4.ip_unprivileged_port_start", "0"))
        : List.of();
  }
}
