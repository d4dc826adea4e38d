package source

import (
	"context"

	"godev.io/runtime/internal/repository"
	"godev.io/runtime/internal/workspace"
)

// Git clones a repository into the workspace, or brings the clone that is there up to date.
func Git(ctx context.Context, config repository.Config) (repository.Result, error) {
	result, err := repository.Get(ctx, config)
	if err != nil {
		return result, workspace.Explain(err)
	}
	return result, nil
}
