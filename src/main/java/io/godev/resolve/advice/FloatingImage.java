package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;

/** The image is another one tomorrow. */
final class FloatingImage implements SpecRule {
  @Override
  public About about() {
    return new About(
        Trap.Elsewhere,
        Severity.Warning,
        "spec.go.image",
        "has no tag, or latest, which is another image on another day and on another machine",
        "name a release or a digest, such as golang:1.26.7-bookworm, and give an image of your own a new tag with"
            + " each build",
        "A node keeps the image that it has under a tag: Docker Desktop's kind runs the old layers for as long as"
            + " the tag is the same.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    return Images.isFloating(environment);
  }

  @Override
  public String expression() {
    return "object.spec.?go.?image.orValue('').matches(r'" + Images.FLOATING + "')";
  }
}
