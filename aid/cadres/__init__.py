"""Seconded cadres (援派干部): posts, terms, who follows whom."""
