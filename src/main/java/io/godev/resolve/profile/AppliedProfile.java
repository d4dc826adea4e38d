package io.godev.resolve.profile;

import io.godev.api.v1alpha1.GoDevProfileSpec;
import io.godev.api.v1alpha1.GoDevProfileSpec.RestartPolicy;
import java.util.List;

/**
 * What of a profile is in force for one environment, beside what is in its spec already.
 *
 * @param name of the profile; empty where there is none
 * @param restart when what waits for a restart is brought about
 * @param network what the pod may reach; null for anything
 * @param proxies URLs of the proxies and module proxies that the profile itself gives
 * @param clamps the wishes that were brought down
 * @param environmentsPerNamespace how many environments of it a namespace may have; null for any
 * @param running how many environments of it may have a pod; null for any
 */
public record AppliedProfile(
    String name,
    RestartPolicy restart,
    GoDevProfileSpec.Network network,
    List<String> proxies,
    List<Clamp> clamps,
    Integer environmentsPerNamespace,
    Integer running) {

  /** No profile. */
  public static final AppliedProfile NONE =
      new AppliedProfile("", RestartPolicy.Manual, null, List.of(), List.of(), null, null);

  /** Whether the pod may reach only what is named. */
  public boolean restrictsEgress() {
    return network != null && network.egress() == GoDevProfileSpec.Egress.Restricted;
  }
}
