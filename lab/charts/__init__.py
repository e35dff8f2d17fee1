"""The lab's Helm chart repositories: charts are packaged from directories and served over TLS."""
