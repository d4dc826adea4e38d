package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;
import java.util.regex.Pattern;

/** A commit is followed, which never changes. */
final class FollowsACommit implements SpecRule {
  // SHA-1 or SHA-256, the same in Java and in RE2
  private static final String COMMIT = "^([0-9a-f]{40}|[0-9a-f]{64})$";
  private static final Pattern IS_COMMIT = Pattern.compile(COMMIT);

  @Override
  public About about() {
    return new About(
        Trap.Drift,
        Severity.Info,
        "spec.source.git.follow",
        "follows a commit, which never changes",
        "name a branch in spec.source.git.ref, or remove follow",
        "git.ref takes branches, tags and commits alike, and only a branch moves.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    var git = environment.spec().source().git();
    return git != null
        && git.follow() != null
        && git.ref() != null
        && IS_COMMIT.matcher(git.ref()).find();
  }

  @Override
  public String expression() {
    return "object.spec.source.?git.?follow.hasValue()"
        + " && object.spec.source.?git.?ref.orValue('').matches(r'"
        + COMMIT
        + "')";
  }
}
