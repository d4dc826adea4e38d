package io.godev.assess;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.godev.api.v1alpha1.Reason;
import java.util.List;

/**
 * What the runtime leaves when a container ends; its Go twin is {@code
 * runtime/internal/termination}.
 *
 * @param reason a CamelCase word, null after a success
 * @param seconds how long the phase took, null if unknown
 * @param detail a sentence for people with what to do
 * @param file of the first build error, relative to the workspace
 * @param line of the first build error, from 1
 * @param error the first build error without its place
 * @param exitCode of the program
 * @param signal that ended the program
 * @param lastLines the program wrote, oldest first
 * @param mainPackage that was built, such as {@code ./cmd/shop}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record TerminationMessage(
    String reason,
    Double seconds,
    String detail,
    String file,
    Integer line,
    String error,
    Integer exitCode,
    String signal,
    List<String> lastLines,
    @JsonProperty("package") String mainPackage) {

  /** Seconds beyond all numbers are no seconds: a status with them would be refused. */
  public TerminationMessage {
    seconds = seconds == null || Double.isFinite(seconds) ? seconds : null;
  }

  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** The message of nobody: the container ended before the runtime could say why. */
  static final TerminationMessage NONE =
      new TerminationMessage(null, null, null, null, null, null, null, null, null, null);

  /**
   * Reads a container's termination message; anything the runtime did not write is {@link #NONE}.
   */
  public static TerminationMessage parse(String text) {
    if (text == null || !text.startsWith("{")) {
      return NONE;
    }
    try {
      var message = MAPPER.readValue(text, TerminationMessage.class);
      // what a program writes there must not become the reason of a condition or of an Event
      return message.reason() == null || Reason.isWord(message.reason()) ? message : NONE;
    } catch (JsonProcessingException e) {
      return NONE;
    }
  }
}
