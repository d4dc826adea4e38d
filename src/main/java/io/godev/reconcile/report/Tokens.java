package io.godev.reconcile.report;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;

import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewStatus;
import io.fabric8.kubernetes.api.model.authentication.UserInfo;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.godev.plan.EnvironmentPod;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose a token is, by the word of the API server, which also says whether its pod is still there.
 * The right to ask is one of the whole cluster; who has Roles alone does without reports.
 *
 * <p>An answer is remembered for a minute, so that neither a busy pod nor a forged token that is
 * sent again and again costs more than that.
 */
final class Tokens {
  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  // somebody may grant it meanwhile
  private static final Duration FORBIDDEN = Duration.ofMinutes(10);
  private static final Logger LOG = LoggerFactory.getLogger(Tokens.class);
  private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
  // https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/
  private static final String POD_NAME = "authentication.kubernetes.io/pod-name";
  private static final String POD_UID = "authentication.kubernetes.io/pod-uid";

  private record Answer(Optional<Reporter> reporter, Instant until) {}

  private final KubernetesClient client;
  private final Clock clock;
  private final Recent<Answer> answers = new Recent<>();
  private volatile Instant forbiddenUntil = Instant.MIN;

  Tokens(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Thrown where the operator has no right to ask whose a token is. */
  static final class Forbidden extends RuntimeException {}

  /**
   * The pod the token was given to; empty if it was given to none, for us, or not at all.
   *
   * @throws Forbidden if that cannot be known here
   */
  Optional<Reporter> reporter(String token) {
    // what is remembered must not be of use to who reads the memory
    var key = hash(token);
    var known = answers.get(key);
    if (known != null && clock.instant().isBefore(known.until())) {
      return known.reporter();
    }
    if (clock.instant().isBefore(forbiddenUntil)) {
      throw new Forbidden();
    }
    var reporter = allowed(token);
    answers.put(key, new Answer(reporter, clock.instant().plus(REMEMBERED)));
    return reporter;
  }

  private Optional<Reporter> allowed(String token) {
    try {
      return review(token);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HTTP_FORBIDDEN) {
        throw e;
      }
      if (forbiddenUntil.equals(Instant.MIN)) {
        LOG.warn(
            "no right to create TokenReviews, so nothing that runtimes report is taken in:"
                + " environments work, and their status has no rebuilds, debugger or activity."
                + " deploy/namespaced/reports grants it.");
      }
      forbiddenUntil = clock.instant().plus(FORBIDDEN);
      throw new Forbidden();
    }
  }

  private Optional<Reporter> review(String token) {
    var review =
        new TokenReviewBuilder()
            .withNewSpec()
            .withToken(token)
            .withAudiences(EnvironmentPod.REPORT_AUDIENCE)
            .endSpec()
            .build();
    return Optional.ofNullable(client.resource(review).create().getStatus())
        .filter(status -> Boolean.TRUE.equals(status.getAuthenticated()))
        .filter(status -> status.getAudiences().contains(EnvironmentPod.REPORT_AUDIENCE))
        .map(TokenReviewStatus::getUser)
        .flatMap(Tokens::pod);
  }

  private static Optional<Reporter> pod(UserInfo user) {
    if (!user.getUsername().startsWith(SERVICE_ACCOUNT)) {
      return Optional.empty();
    }
    var namespace = user.getUsername().substring(SERVICE_ACCOUNT.length()).split(":")[0];
    var name = first(user, POD_NAME);
    var uid = first(user, POD_UID);
    return name == null || uid == null
        ? Optional.empty()
        : Optional.of(new Reporter(namespace, name, uid));
  }

  private static String first(UserInfo user, String key) {
    var values = user.getExtra() == null ? null : user.getExtra().get(key);
    return values == null || values.isEmpty() ? null : values.get(0);
  }

  private static String hash(String token) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
