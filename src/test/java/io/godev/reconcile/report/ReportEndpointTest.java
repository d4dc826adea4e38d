package io.godev.reconcile.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReview;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.godev.HandClock;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus;
import io.godev.api.v1alpha1.RuntimeReport;
import io.godev.plan.Environments;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The endpoint over real TLS; the API server's answers are given. */
@EnableKubernetesMockClient
class ReportEndpointTest {
  private static final String REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";
  private static final String ENVIRONMENT =
      "/apis/godev.io/v1alpha1/namespaces/team/godevenvironments/shop";
  private static final String STATUS =
      ENVIRONMENT + "/status?fieldManager=godev-runtime&force=true";
  private static final String REPORT = "{\"sequence\": 7, \"program\": {\"state\": \"Running\"}}";

  private final HandClock clock = new HandClock();
  private final AtomicReference<Certificates> certificates =
      new AtomicReference<>(Certificates.create("localhost", Instant.now()));
  private final Vertx vertx = Vertx.vertx();
  private ReportEndpoint endpoint;
  KubernetesMockServer server;
  KubernetesClient client;

  @BeforeEach
  void open() {
    endpoint =
        new ReportEndpoint(
            vertx,
            client,
            () -> {
              var made = certificates.get();
              return new CertificateSource.Identity(
                  made.authorities(), made.certificate(), made.key());
            },
            clock);
    endpoint.open(
        0,
        failure -> {
          throw failure;
        });
  }

  @AfterEach
  void close() {
    endpoint.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void aReportBecomesTheRuntimesPartOfTheStatusOfTheEnvironmentOfItsPod() throws Exception {
    // Given
    theTokenIsOf("shop", "the-pod");
    thePodIs("shop", "the-pod", "GoDevEnvironment", "shop");
    theEnvironmentHas(null);
    server.expect().patch().withPath(STATUS).andReturn(200, environment(null)).once();

    // When
    var answer = post("good", REPORT);

    // Then
    assertThat(answer.statusCode()).isEqualTo(204);
    var written = Serialization.unmarshal(lastBody(), GoDevEnvironment.class);
    assertThat(written.getStatus().runtime().podUid()).isEqualTo("the-pod");
    assertThat(written.getStatus().runtime().sequence()).isEqualTo(7);
    assertThat(written.getStatus().withoutReport()).isEqualTo(GoDevEnvironmentStatus.NONE);
    assertThat(written.getMetadata().getUid()).isEqualTo("the-uid");
    assertThat(written.getMetadata().getResourceVersion()).isEqualTo("12");
    assertThat(written.getSpec()).isNull();
  }

  @Test
  void aForgedTokenIsRefusedAndAskedAboutOnce() throws Exception {
    // Given
    server
        .expect()
        .post()
        .withPath(REVIEWS)
        .andReturn(201, review(false, List.of(), null, null))
        .always();

    // When
    var answers = List.of(post("forged", REPORT), post("forged", REPORT));

    // Then
    assertThat(answers).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(401));
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void withoutTheRightToReviewTokensTheRuntimeIsToldSoAndTheApiServerIsNotAskedEachTime()
      throws Exception {
    // Given
    server
        .expect()
        .post()
        .withPath(REVIEWS)
        .andReturn(403, new StatusBuilder().withCode(403).withMessage("forbidden").build())
        .once();
    theTokenIsOf("shop", "the-pod");
    thePodIs("shop", "the-pod", "Job", "shop");

    // When
    var refused = List.of(post("good", REPORT), post("good", REPORT));
    clock.pass(Duration.ofMinutes(11));
    var granted = post("good", REPORT);

    // Then
    assertThat(refused)
        .allSatisfy(
            answer -> {
              assertThat(answer.statusCode()).isEqualTo(403);
              assertThat(answer.body()).contains("may not ask whose a token is");
            });
    assertThat(granted.statusCode()).isEqualTo(404);
  }

  @Test
  void aTokenForSomebodyElseIsRefused() throws Exception {
    // Given
    server
        .expect()
        .post()
        .withPath(REVIEWS)
        .andReturn(201, review(true, List.of("https://kubernetes.default.svc"), "shop", "the-pod"))
        .once();

    // Then
    assertThat(post("other", REPORT).statusCode()).isEqualTo(401);
  }

  @Test
  void aTokenThatIsBoundToNoPodIsRefused() throws Exception {
    // Given
    server
        .expect()
        .post()
        .withPath(REVIEWS)
        .andReturn(201, review(true, List.of("godev-operator"), null, null))
        .once();

    // Then
    assertThat(post("free", REPORT).statusCode()).isEqualTo(401);
  }

  @Test
  void aPodThatIsNoEnvironmentsSpeaksForNone() throws Exception {
    // Given
    theTokenIsOf("shop", "the-pod");
    thePodIs("shop", "the-pod", "Job", "shop");

    // Then
    assertThat(post("good", REPORT).statusCode()).isEqualTo(404);
  }

  @Test
  void aPodOfAnotherNameSpeaksNotForTheEnvironmentItNamesAsOwner() throws Exception {
    // Given
    theTokenIsOf("intruder", "the-pod");
    thePodIs("intruder", "the-pod", "GoDevEnvironment", "shop");

    // Then
    assertThat(post("good", REPORT).statusCode()).isEqualTo(404);
  }

  @Test
  void aPodThatTookTheNameOfTheTokensSpeaksNotForIt() throws Exception {
    // Given
    theTokenIsOf("shop", "the-pod");
    thePodIs("shop", "its-successor", "GoDevEnvironment", "shop");

    // Then
    assertThat(post("good", REPORT).statusCode()).isEqualTo(404);
  }

  @Test
  void aReportThatIsSentAgainIsNoNews() throws Exception {
    // Given
    theTokenIsOf("shop", "the-pod");
    thePodIs("shop", "the-pod", "GoDevEnvironment", "shop");
    theEnvironmentHas(
        new RuntimeReport("the-pod", 7L, null, null, null, null, null, null, null, null));

    // When
    var answer = post("good", REPORT);

    // Then
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).isEqualTo("{\"sequence\":7}");
  }

  @Test
  void anotherPodBeginsAnew() throws Exception {
    // Given
    theTokenIsOf("shop", "the-pod");
    thePodIs("shop", "the-pod", "GoDevEnvironment", "shop");
    theEnvironmentHas(
        new RuntimeReport("its-predecessor", 9L, null, null, null, null, null, null, null, null));
    server.expect().patch().withPath(STATUS).andReturn(200, environment(null)).once();

    // Then
    assertThat(post("good", REPORT).statusCode()).isEqualTo(204);
  }

  @Test
  void anEnvironmentThatChangedMeanwhileIsLookedAtAgain() throws Exception {
    // Given
    theTokenIsOf("shop", "the-pod");
    thePodIs("shop", "the-pod", "GoDevEnvironment", "shop");
    theEnvironmentHas(null);
    server.expect().patch().withPath(STATUS).andReturn(409, failure(409)).once();
    server.expect().patch().withPath(STATUS).andReturn(200, environment(null)).once();

    // Then
    assertThat(post("good", REPORT).statusCode()).isEqualTo(204);
  }

  @Test
  void anApiServerThatFailsIsForLater() throws Exception {
    // Given
    server.expect().post().withPath(REVIEWS).andReturn(500, failure(500)).always();

    // Then
    assertThat(post("good", REPORT).statusCode()).isEqualTo(503);
  }

  @Test
  void whatCannotBeAReportIsRefusedWithAReason() throws Exception {
    // Given
    theTokenIsOf("shop", "the-pod");

    // When
    var answer = post("good", "{}");

    // Then
    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).isEqualTo("sequence is missing");
  }

  @Test
  void aMebibyteIsNotRead() throws Exception {
    assertThat(post("good", "x".repeat(1 << 20)).statusCode()).isEqualTo(413);
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void withoutATokenNothingIsRead() throws Exception {
    // When
    var answer =
        http()
            .send(
                HttpRequest.newBuilder(uri())
                    .POST(HttpRequest.BodyPublishers.ofString(REPORT))
                    .build(),
                HttpResponse.BodyHandlers.ofString());

    // Then
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(server.getRequestCount()).isZero();
  }

  @Test
  void aFloodIsCutOff() throws Exception {
    // Given
    server
        .expect()
        .post()
        .withPath(REVIEWS)
        .andReturn(201, review(false, List.of(), null, null))
        .always();
    var http = http();

    // When
    var codes =
        IntStream.range(0, 1000)
            .mapToObj(i -> send(http, "forged", REPORT))
            .map(HttpResponse::statusCode)
            .toList();

    // Then
    assertThat(codes).filteredOn(Predicate.isEqual(401)).hasSize(20);
    assertThat(codes).filteredOn(Predicate.isEqual(429)).hasSize(980);
    assertThat(server.getRequestCount()).isEqualTo(1);
  }

  @Test
  void renewedCertificatesAreServedWithoutAnotherStart() throws Exception {
    // Given
    theTokenIsOf("shop", "the-pod");
    assertThat(post("good", "{}").statusCode()).isEqualTo(422);

    // When
    certificates.set(Certificates.create("localhost", Instant.now()));
    endpoint.refresh();

    // Then: whoever trusts the new authority alone is answered
    assertThat(endpoint.authorities()).isEqualTo(certificates.get().authorities());
    assertThat(post("good", "{}").statusCode()).isEqualTo(422);
  }

  private void theTokenIsOf(String pod, String uid) {
    server
        .expect()
        .post()
        .withPath(REVIEWS)
        .andReturn(201, review(true, List.of("godev-operator"), pod, uid))
        .always();
  }

  private void thePodIs(String name, String uid, String ownerKind, String owner) {
    server
        .expect()
        .get()
        .withPath("/api/v1/namespaces/team/pods/" + name)
        .andReturn(200, pod(name, uid, ownerKind, owner))
        .always();
  }

  private void theEnvironmentHas(RuntimeReport report) {
    server.expect().get().withPath(ENVIRONMENT).andReturn(200, environment(report)).always();
  }

  private static Pod pod(String name, String uid, String ownerKind, String owner) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("team")
        .withUid(uid)
        .withOwnerReferences(
            new OwnerReferenceBuilder()
                .withApiVersion(ownerKind.equals("Job") ? "batch/v1" : "godev.io/v1alpha1")
                .withKind(ownerKind)
                .withName(owner)
                .withUid("the-uid")
                .withController(true)
                .build())
        .endMetadata()
        .build();
  }

  private static GoDevEnvironment environment(RuntimeReport report) {
    var environment = Environments.environment("");
    environment.getMetadata().setResourceVersion("12");
    if (report != null) {
      environment.setStatus(GoDevEnvironmentStatus.NONE.with(report));
    }
    return environment;
  }

  private static TokenReview review(
      boolean authenticated, List<String> audiences, String pod, String uid) {
    var extra =
        pod == null
            ? Map.<String, List<String>>of()
            : Map.of(
                "authentication.kubernetes.io/pod-name", List.of(pod),
                "authentication.kubernetes.io/pod-uid", List.of(uid));
    return new TokenReviewBuilder()
        .withNewStatus()
        .withAuthenticated(authenticated)
        .withAudiences(audiences)
        .withNewUser()
        .withUsername("system:serviceaccount:team:default")
        .withExtra(extra)
        .endUser()
        .endStatus()
        .build();
  }

  private static io.fabric8.kubernetes.api.model.Status failure(int code) {
    return new StatusBuilder().withCode(code).withMessage("no").build();
  }

  private String lastBody() throws InterruptedException {
    return server.getLastRequest().getBody().readUtf8();
  }

  private HttpResponse<String> post(String token, String body) throws Exception {
    return send(http(), token, body);
  }

  private HttpResponse<String> send(HttpClient http, String token, String body) {
    try {
      return http.send(
          HttpRequest.newBuilder(uri())
              .header("Authorization", "Bearer " + token)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (java.io.IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private URI uri() {
    return URI.create("https://localhost:" + endpoint.port() + ReportEndpoint.PATH);
  }

  // it trusts what the pods are told to trust
  private HttpClient http() throws Exception {
    endpoint.port();
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry(
        "authority",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(endpoint.authorities().getBytes(StandardCharsets.UTF_8))));
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1).build();
  }
}
