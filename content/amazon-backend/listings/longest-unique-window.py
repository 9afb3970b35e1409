"""The longest part of a text without a repeated character."""


def longest_unique(text):
    last, left, best = {}, 0, ""
    for right, char in enumerate(text):
        if last.get(char, -1) >= left:  # it is inside the window
            left = last[char] + 1
        last[char] = right
        if right - left + 1 > len(best):
            best = text[left : right + 1]
    return best
