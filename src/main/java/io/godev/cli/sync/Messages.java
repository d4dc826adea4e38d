package io.godev.cli.sync;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Payloads of frames; runtime/internal/receive describes them. */
final class Messages {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .findAndRegisterModules()
          .configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false)
          .setSerializationInclusion(JsonInclude.Include.NON_DEFAULT);

  private Messages() {}

  static <T> T read(Frame frame, Class<T> type) throws IOException {
    return JSON.readValue(frame.payload(), type);
  }

  static byte[] bytes(Object message) throws IOException {
    return JSON.writeValueAsBytes(message);
  }

  record Hello(int protocol, String client, String session, boolean takeOver) {}

  record Welcome(int protocol, long maxFile, int maxPath, boolean complete) {}

  record Entry(
      @JsonProperty("p") String path,
      @JsonProperty("k") String kind,
      @JsonProperty("s") long size,
      @JsonProperty("x") boolean executable,
      @JsonProperty("t") long time,
      @JsonProperty("h") String hash) {}

  record Manifest(List<Entry> entries, boolean last) {}

  record Move(String from, String to) {}

  record Begin(long id, List<String> remove, List<Move> rename) {}

  record Refusal(String path, String reason) {}

  record Ack(
      long id,
      int written,
      int removed,
      int renamed,
      List<Move> kept,
      List<Move> missing,
      List<Refusal> refused) {
    Ack {
      kept = kept == null ? List.of() : kept;
      missing = missing == null ? List.of() : missing;
      refused = refused == null ? List.of() : refused;
    }
  }

  record Completed(boolean goMod, Instant placed) {}

  record Holder(String client, String session, Instant since) {}

  record Error(String code, String message, Holder holder) {}
}
