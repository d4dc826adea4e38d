package io.godev.assess;

/** Why an object could not be made or changed. */
public sealed interface Obstacle {
  String kind();

  String name();

  /** The name is taken by an object that the operator did not create. */
  record Conflict(String kind, String name) implements Obstacle {}

  /** The API server refused it: quota, admission, Pod Security, a volume that cannot grow. */
  record Refusal(String kind, String name, String message) implements Obstacle {}
}
