"""Made-up data under the names ``faker.*``: our own small generators; what must be a long list of real words is mimesis's."""
